import { z } from '../zod.ts'
import { configSchema, listEntries, wholeNumbers } from './schema.ts'

/** A key that the configuration may hold, as faults, the environment and `config show` need it. */
export interface KeyDescription {
  path: readonly string[]
  /** The path with dots: `upstream.base_url`. */
  name: string
  kind: 'boolean' | 'number' | 'text' | 'list' | 'mapping'
  /** What to write: `a whole number from 0 to 65535, such as 44497`. */
  expected: string
  /** The only values, where they are counted. */
  choices: readonly string[]
  /** What an entry of a list is. */
  entry?: string
  /** The greatest number, where there is one. */
  most?: number
}

type Schema = z.core.SomeType

/** Every key that has a value of its own, in the order of the schema. `upstream`, `timeouts`, `limits` only group. */
export const keys: readonly KeyDescription[] = describeShape(configSchema.shape, [])

const byName = new Map(keys.map((key) => [key.name, key]))
const groups = new Set(
  keys.flatMap(({ path }) => path.slice(0, -1).map((_, index) => path.slice(0, index + 1).join('.'))),
)

export function keyOf(path: readonly PropertyKey[]): KeyDescription | undefined {
  return byName.get(path.join('.'))
}

/** Whether other keys stand below this one: `upstream`. */
export function isGroup(path: readonly PropertyKey[]): boolean {
  return groups.has(path.join('.'))
}

/** The names that may stand directly below a path. */
export function namesBelow(path: readonly PropertyKey[]): string[] {
  const below = keys.filter((key) => path.every((part, index) => key.path[index] === part))
  return [...new Set(below.flatMap((key) => key.path[path.length] ?? []))]
}

function describeShape(shape: z.core.$ZodShape, path: readonly string[]): KeyDescription[] {
  return Object.entries(shape).flatMap(([key, value]) => {
    const here = [...path, key]
    const { schema, example } = unwrap(value)
    return schema instanceof z.ZodMiniObject ? describeShape(schema.shape, here) : [describeKey(schema, example, here)]
  })
}

/** What a value has to be where it is given, and its default. */
function unwrap(schema: Schema, example?: unknown): { schema: Schema; example?: unknown } {
  if (schema instanceof z.ZodMiniDefault) return unwrap(schema._zod.def.innerType, schema._zod.def.defaultValue)
  if (schema instanceof z.ZodMiniOptional || schema instanceof z.ZodMiniPrefault)
    return unwrap(schema._zod.def.innerType, example)
  return { schema, example }
}

function describeKey(schema: Schema, example: unknown, path: readonly string[]): KeyDescription {
  const choices = choicesOf(schema).map(String)
  return { path, name: path.join('.'), choices, ...expectation(schema, example, choices) }
}

function expectation(
  schema: Schema,
  example: unknown,
  choices: readonly string[],
): Pick<KeyDescription, 'kind' | 'expected' | 'entry' | 'most'> {
  if (schema instanceof z.ZodMiniBoolean) return { kind: 'boolean', expected: 'true or false' }
  if (schema instanceof z.ZodMiniNumber) {
    const { most = Number.MAX_SAFE_INTEGER } = wholeNumbers.get(schema) ?? {}
    return { kind: 'number', expected: `${wholeNumber(schema)}, such as ${example}`, most }
  }
  const number = alternatives(schema).find((one) => one instanceof z.ZodMiniNumber)
  if (number) return { kind: 'number', expected: `${wholeNumber(number)}, or ${choices.join(' or ')}` }
  if (schema instanceof z.ZodMiniArray) {
    const { entry, list = 'a list, each entry on a line of its own: - real-stream' } = listEntries.get(schema) ?? {}
    return { kind: 'list', expected: list, ...(entry !== undefined && { entry }) }
  }
  if (schema instanceof z.ZodMiniRecord) return { kind: 'mapping', expected: 'a mapping of names to texts' }
  if (choices.length > 0) return { kind: 'text', expected: choices.join(' or ') }
  if (schema instanceof z.ZodMiniURL) return { kind: 'text', expected: 'a URL that begins with http:// or https://' }
  return { kind: 'text', expected: 'a text' }
}

function choicesOf(schema: Schema): readonly unknown[] {
  if (schema instanceof z.ZodMiniEnum) return schema.options
  if (schema instanceof z.ZodMiniLiteral) return schema._zod.def.values
  return alternatives(schema).flatMap(choicesOf)
}

function alternatives(schema: Schema): readonly Schema[] {
  return schema instanceof z.ZodMiniUnion ? schema._zod.def.options : []
}

function wholeNumber(schema: z.ZodMiniNumber): string {
  const { least = 0, most, unit } = wholeNumbers.get(schema) ?? {}
  const noun = unit === undefined ? 'a whole number' : `a whole number of ${unit}`
  // A bound that only guards the machine says nothing to a reader.
  return most !== undefined && most < 1e9 ? `${noun} from ${least} to ${most}` : `${noun}, ${least} or more`
}
