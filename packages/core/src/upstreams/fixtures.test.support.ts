import { existsSync, readFileSync } from 'node:fs'
import { type JsonObject, objectsIn, parseJson } from './json.ts'

/** Facts that lie beside the repository, where they are there: `../shared/fixtures/`. */
const folder = new URL('../../../../../shared/fixtures/', import.meta.url)

export function hasFixture(name: string): boolean {
  return existsSync(new URL(name, folder))
}

export function fixtureText(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8')
}

/** The rows of a JSONL file, all of them objects. */
export function fixtureRows(name: string): JsonObject[] {
  const lines = fixtureText(name).split('\n')
  return objectsIn(lines.filter((line) => line.trim() !== '').map((line) => parseJson(line)))
}
