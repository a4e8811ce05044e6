import type { ProxyError } from '../../contract/error.ts'
import { lazy } from '../../on-demand.ts'
import { isRecord } from '../../record.ts'
import { z } from '../../zod.ts'
import { missing, notOneOf, wrongType, wrongValue } from './fault.ts'
import type { Fields } from './fields.ts'

/** OpenAI takes `null` for a field that is optional as if it were not there. */
export function optional<Schema extends z.ZodMiniType>(schema: Schema) {
  return z.pipe(
    z.nullish(schema),
    z.transform((value) => value ?? undefined),
  )
}

export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER) {
  return optional(z.int().check(z.minimum(least), z.maximum(most)))
}

function decimal(least: number, most: number) {
  return optional(z.number().check(z.minimum(least), z.maximum(most)))
}

/** What the endpoints have in common, under the same names. */
export function samplingShape() {
  return {
    model: z.string().check(z.minLength(1)),
    stream: optional(z.boolean()),
    temperature: decimal(0, 2),
    top_p: decimal(0, 1),
    presence_penalty: decimal(-2, 2),
    frequency_penalty: decimal(-2, 2),
    user: optional(z.string()),
  }
}

/** What the two Completions endpoints have in common. */
export function completionShape() {
  return {
    ...samplingShape(),
    stream_options: optional(z.object({ include_usage: optional(z.boolean()) })),
    seed: optional(z.int()),
    stop: optional(z.union([z.string(), z.array(z.string())])),
    n: wholeNumber(1, 128),
  }
}

/**
 * The flat fields of an endpoint, and the names of all that it knows. Nested ones (`others`) are read by hand: no copies,
 * no recursion.
 */
export function parameters<Shape extends z.core.$ZodShape>(shape: () => Shape, others: readonly string[]) {
  return lazy(() => {
    const flat = shape()
    return { schema: z.compile(z.object(flat)), known: new Set([...Object.keys(flat), ...others]) }
  })
}

export function stopSequences(stop: string | readonly string[] | undefined): readonly string[] | undefined {
  const sequences = (typeof stop === 'string' ? [stop] : stop)?.filter((sequence) => sequence !== '')
  return sequences && sequences.length > 0 ? sequences : undefined
}

export function readParameters<Schema extends z.ZodMiniType>(schema: Schema, body: Fields): z.output<Schema> {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const [issue] = result.error.issues
  if (!issue) throw wrongValue('', 'The body of the request is not valid.')
  throw issueFault(issue, [], body)
}

type Issue = z.core.$ZodIssue

function issueFault(issue: Issue, above: readonly PropertyKey[], body: unknown): ProxyError {
  const path = [...above, ...issue.path]
  const param = pathText(path)
  const value = path.reduce<unknown>((at, key) => at !== null && typeof at === 'object' && Reflect.get(at, key), body)
  switch (issue.code) {
    case 'invalid_union': {
      // The branch that got furthest is the one that the client meant.
      const branches = issue.errors.flatMap(([first]) => (first ? [first] : []))
      const furthest = branches.reduce<Issue | undefined>(
        (best, each) => (depth(each) > depth(best) ? each : best),
        undefined,
      )
      if (furthest && furthest.path.length > 0) return issueFault(furthest, path, body)
      const kinds = branches.map((branch) =>
        'expected' in branch ? withArticle(String(branch.expected)) : 'another value',
      )
      return wrongType(param, `one of ${kinds.join(' or ')}`, value)
    }
    case 'invalid_type':
      return wrongType(param, withArticle(issue.expected), value)
    case 'invalid_value':
      return value === undefined ? missing(param) : notOneOf(param, value, issue.values)
    case 'too_big':
      return wrongValue(param, outOfRange(param, 'above maximum', '<=', issue.maximum, value))
    case 'too_small':
      return value === ''
        ? wrongValue(param, `Invalid '${param}': empty string. Expected a string with minimum length 1.`)
        : wrongValue(param, outOfRange(param, 'below minimum', '>=', issue.minimum, value))
    default:
      return wrongValue(param, `Invalid '${param}': ${issue.message}.`)
  }
}

function outOfRange(param: string, side: string, sign: string, bound: number | bigint, value: unknown): string {
  const kind = Number.isInteger(value) ? 'integer' : 'decimal'
  return `Invalid '${param}': ${kind} ${side} value. Expected a value ${sign} ${bound}, but got ${String(value)} instead.`
}

function depth(issue: Issue | undefined): number {
  return issue?.path.length ?? -1
}

function withArticle(expected: string): string {
  const word = { int: 'integer', number: 'decimal', record: 'object' }[expected] ?? expected
  return `${/^[aeio]/.test(word) ? 'an' : 'a'} ${word}`
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`),
    '',
  )
}

/** The body as an object; whatever else JSON can hold is no request. */
export function readBody(body: unknown): Fields {
  if (isRecord(body)) return body
  throw wrongType('body', 'an object', body ?? null)
}
