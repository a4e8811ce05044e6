import { existsSync, readFileSync } from 'node:fs'

/** Facts that lie beside the repository, where they are there: `../shared/fixtures/`. */
const folder = new URL('../../../../../shared/fixtures/', import.meta.url)

export function hasFixture(name: string): boolean {
  return existsSync(new URL(name, folder))
}

/** The rows of a JSONL file. */
export function fixtureRows(name: string): unknown[] {
  const lines = readFileSync(new URL(name, folder), 'utf8').split('\n')
  return lines.filter((line) => line.trim() !== '').map((line): unknown => JSON.parse(line))
}
