import type { z } from '../zod.ts'
import { closest, didYouMean } from './did-you-mean.ts'
import { isGroup, type KeyDescription, keyOf, keys, namesBelow } from './keys.ts'
import { valueAt } from './layers.ts'
import { pluginProblem } from './plugin-entry.ts'
import type { Problem } from './problem.ts'
import type { Path } from './source-file.ts'

const secret = /^upstream\.(api_key|headers\b)/
const booleanWords = new Map([
  ...['yes', 'on', 'y', 'true'].map((word) => [word, true] as const),
  ...['no', 'off', 'n', 'false'].map((word) => [word, false] as const),
])

/** What a zod issue says, in the words of the file. */
export function problemsOf(issue: z.core.$ZodIssue, root: unknown): Problem[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)))
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key]))
  if (path[0] === 'plugins' && path.length > 1) return [pluginProblem(path.slice(0, 2), root)]
  if (issue.code === 'invalid_key') {
    return [{ path, at: 'key', message: 'cannot be the name of a header: write letters, digits and hyphens' }]
  }
  return [{ path, at: 'value', message: wrongValue(path, valueAt(root, path), issue) }]
}

function unknownKey(path: Path): Problem {
  const name = String(path.at(-1))
  const around = path.slice(0, -1)
  const siblings = namesBelow(around)
  const message = `is not a known key${didYouMean(name, siblings) || elsewhere(name) || `: ${oneOf(siblings)} can stand here`}`
  return { path, at: 'key', message }
}

/** A key of another level is more often misplaced than misspelt. */
function elsewhere(name: string): string {
  const key = keys.find(({ path }) => closest(name, path.slice(-1)) !== undefined)
  return key ? `, did you mean "${key.name}"?` : ''
}

function wrongValue(path: Path, value: unknown, issue: z.core.$ZodIssue): string {
  const key = keyOf(path)
  const shown = value !== '' && secret.test(path.join('.')) ? kindOf(value) : describe(value)
  const entry = keyOf(path.slice(0, -1))?.entry
  if (entry !== undefined) return `is ${shown}: write ${entry}`
  if (isGroup(path))
    return `is ${shown}: write a mapping, its keys indented on the lines below: ${oneOf(namesBelow(path))}`
  if (issue.code === 'invalid_format' && issue.format === 'regex') {
    return 'has characters that an HTTP header cannot carry: write plain ASCII on one line'
  }
  return `is ${shown}: ${remedy(value, key)}`
}

function remedy(value: unknown, key: KeyDescription | undefined): string {
  const expected = `write ${key?.expected ?? 'a text'}`
  if (value === null) return `${expected}, or leave the key out`
  // Where the bound only guards the machine, the key's own words do not name it.
  const most = key?.most ?? 0
  if (typeof value === 'number' && most >= 1e9 && value > most) return `write ${most} at most`
  if (key?.expected.startsWith('a URL') && typeof value === 'string' && /^https?:\/\/./.test(value)) {
    return `${expected}, then a host, and a port up to 65535 where one is needed`
  }
  if (key?.kind === 'number' && typeof value === 'string' && /^\d+$/.test(value))
    return 'write the number without quotes'
  if (key?.kind === 'boolean' && typeof value === 'string') {
    const word = value.toLowerCase()
    const meant = booleanWords.get(word)
    if (meant !== undefined) return `write ${meant}${word === String(meant) ? ' without quotes' : ''}`
  }
  if ((key?.kind ?? 'text') === 'text' && ['number', 'boolean'].includes(typeof value)) return 'write it in quotes'
  const near = key && typeof value === 'string' ? didYouMean(value, key.choices) : ''
  return expected + near
}

/** A value as a fault quotes it. */
export function describe(value: unknown): string {
  if (value === '' || value === null || value === undefined) return value === '' ? 'an empty text' : 'empty'
  if (typeof value === 'string')
    return `the text ${JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)}`
  if (typeof value === 'number') return `the number ${value}`
  return typeof value === 'boolean' ? String(value) : kindOf(value)
}

export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'empty'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value === 'string' ? 'text' : typeof value}`
}

/** `a, b or c`. */
export function oneOf(names: readonly string[]): string {
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${names.at(-1)}` : names.join()
}
