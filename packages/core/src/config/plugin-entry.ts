import { isRecord } from '../record.ts'
import { valueAt } from './layers.ts'
import type { Problem } from './problem.ts'
import type { Path } from './source-file.ts'

const expected = `write a plugin's name, [name, { options }], an object made with definePlugin, or false`

/** What is wrong with an entry of `plugins`; `path` leads to the entry. */
export function pluginProblem(path: Path, root: unknown): Problem {
  return { path, at: 'value', message: wrongEntry(valueAt(root, path)) }
}

/** Entries that have the shape of the schema and still cannot be meant. */
export function longPluginEntries(root: unknown): Problem[] {
  const entries = valueAt(root, ['plugins'])
  if (!Array.isArray(entries)) return []
  return entries.flatMap((entry, index) =>
    Array.isArray(entry) && entry.length > 2 ? [pluginProblem(['plugins', index], root)] : [],
  )
}

function wrongEntry(entry: unknown): string {
  if (entry === '') return `is an empty text: ${expected}`
  if (Array.isArray(entry)) {
    if (entry.length > 2) return `has ${entry.length} elements: write [name, { options }], all options in one mapping`
    return entry.length === 0 ? `is an empty list: ${expected}` : `does not begin with a plugin's name: ${expected}`
  }
  if (!isRecord(entry)) return `is ${typeof entry === 'object' ? 'no plugin' : `a ${typeof entry}`}: ${expected}`
  const [name, ...more] = Object.keys(entry)
  // `- pseudo-stream: { chunk: word }`: how other programs write options.
  if (name !== undefined && more.length === 0) return `is a mapping: write [${name}, { ... }] to give options`
  return `is not a plugin: ${expected}`
}
