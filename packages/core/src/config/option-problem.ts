import type { StandardSchemaV1 } from '@standard-schema/spec'
import { isRecord } from '../record.ts'
import { isSecretName } from '../redact.ts'
import { didYouMean } from './did-you-mean.ts'
import { describe, kindOf, oneOf } from './issue.ts'
import { valueAt } from './layers.ts'
import type { Problem } from './problem.ts'
import type { Path } from './source-file.ts'

/** An issue of any Standard Schema. One of zod brings more: its code, and what was expected. */
type Issue = StandardSchemaV1.Issue & Readonly<Record<string, unknown>>

/** How zod begins what its author has no words of their own for. */
const unworded = /^(?:Invalid (?:input|option)|Unrecognized key|Too (?:small|big): )/

/**
 * What an issue of a plugin's schema says, with the remedy as far as it is known: for the options that were written, and
 * the schema that refused them. Paths begin at the options.
 */
export function optionProblems(issue: StandardSchemaV1.Issue, schema: unknown, options: unknown): Problem[] {
  return problemsAt(pathOf(issue), { ...issue }, schema, options)
}

function problemsAt(path: Path, issue: Issue, schema: unknown, options: unknown): Problem[] {
  const asIs: Problem = { path, at: 'value', message: issue.message }
  if (!unworded.test(issue.message)) return [asIs]
  if (issue.code === 'unrecognized_keys' && isTexts(issue.keys)) {
    const siblings = keysAt(schema, path)
    return issue.keys.map((key) => ({ path: [...path, key], at: 'key', message: unknownKey(key, siblings) }))
  }
  const alternatives = issue.code === 'invalid_union' ? alternativesOf(issue) : []
  const nested = alternatives.filter((issues) => issues.some((one) => pathOf(one).length > 0))
  const [nearest, ...others] = nested
  if (nearest && others.length === 0) {
    return nearest.flatMap((one) => problemsAt([...path, ...pathOf(one)], one, schema, options))
  }
  if (nested.length > 0) {
    const words = nested.map((issues) => issues.map((one) => `${pathOf(one).join('.')} ${one.message}`).join(' and '))
    return [{ ...asIs, message: words.join(', or ') }]
  }
  const expected =
    alternatives.length > 0 ? alternatives.flatMap((issues) => issues.map(expectedBy)) : [expectedBy(issue)]
  if (expected.includes(undefined)) return [asIs]
  return [
    {
      ...asIs,
      message: wrongValue(
        path,
        valueAt(options, path),
        expected.flatMap((words) => words ?? []),
      ),
    },
  ]
}

function unknownKey(key: string, siblings: readonly string[]): string {
  const others = siblings.length > 0 ? `: ${oneOf(siblings)} can stand here` : ': leave it out'
  return `is not a known option${didYouMean(key, siblings) || others}`
}

function wrongValue(path: Path, value: unknown, expected: readonly string[]): string {
  const hint = typeof value === 'string' ? didYouMean(value, expected) : ''
  const shown = path.some((part) => isSecretName(String(part))) ? kindOf(value) : describe(value)
  return `is ${value === undefined ? 'missing' : shown}: write ${oneOf([...new Set(expected)])}${hint}`
}

const types: ReadonlyMap<unknown, string> = new Map([
  ['string', 'a text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'a mapping'],
  ['record', 'a mapping'],
])

/** What to write instead; `undefined` where the issue does not say it. */
function expectedBy({ code, values, expected, origin, minimum, maximum, inclusive }: Issue): string[] | undefined {
  if (code === 'invalid_value' && Array.isArray(values)) return values.map(String)
  if (code === 'invalid_type') return [types.get(expected) ?? String(expected)]
  const isNumber = origin === 'number' || origin === 'int'
  if (code === 'too_small' && isNumber)
    return [`a number ${inclusive === false ? 'above' : 'from'} ${minimum}${inclusive === false ? '' : ' on'}`]
  if (code === 'too_big' && isNumber) return [`a number ${inclusive === false ? 'below' : 'up to'} ${maximum}`]
  return code === 'too_small' && origin === 'string' && minimum === 1 ? ['a text that is not empty'] : undefined
}

/** Of a union: the issues that each of its alternatives has. */
function alternativesOf({ errors }: Issue): Issue[][] {
  return Array.isArray(errors) ? errors.filter((issues) => Array.isArray(issues)) : []
}

function pathOf({ path = [] }: StandardSchemaV1.Issue): Path {
  return path
    .map((part) => (typeof part === 'object' ? part.key : part))
    .map((part) => (typeof part === 'number' ? part : String(part)))
}

/** The keys that a schema of zod knows at a path; none of any other's. */
function keysAt(schema: unknown, path: Path): string[] {
  let definitions = definitionsOf(schema)
  for (const part of path) {
    definitions = definitions.flatMap(({ shape, element }) => definitionsOf(isRecord(shape) ? shape[part] : element))
  }
  return [...new Set(definitions.flatMap(({ shape }) => (isRecord(shape) ? Object.keys(shape) : [])))]
}

/** What a schema is below defaults and pipes; several of a union. */
function definitionsOf(schema: unknown): Record<string, unknown>[] {
  const definition = isRecord(schema) && isRecord(schema._zod) ? schema._zod.def : undefined
  if (!isRecord(definition)) return []
  const { innerType, in: input, options } = definition
  if (Array.isArray(options)) return options.flatMap(definitionsOf)
  const inner = innerType ?? input
  return inner === undefined ? [definition] : definitionsOf(inner)
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}
