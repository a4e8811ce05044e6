import { z } from 'zod'
import { configSchema } from './schema.ts'

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
}

type JsonSchema = z.core.JSONSchema.BaseSchema

/** Every key that has a value of its own, in the order of the schema. `upstream`, `timeouts`, `limits` only group. */
export const keys: readonly KeyDescription[] = describeObject(
  z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }),
  [],
)

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

function describeObject(schema: JsonSchema, path: readonly string[]): KeyDescription[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    if (typeof value === 'boolean') return []
    const here = [...path, key]
    return value.properties ? describeObject(value, here) : [describeKey(value, here)]
  })
}

function describeKey(schema: JsonSchema, path: readonly string[]): KeyDescription {
  const choices = [...(schema.enum ?? []), ...alternatives(schema).flatMap((one) => one.const ?? [])].map(String)
  return { path, name: path.join('.'), choices, ...expectation(schema, choices) }
}

function expectation(schema: JsonSchema, choices: readonly string[]): Pick<KeyDescription, 'kind' | 'expected'> {
  if (schema.type === 'boolean') return { kind: 'boolean', expected: 'true or false' }
  if (schema.type === 'integer')
    return { kind: 'number', expected: `${wholeNumber(schema)}, such as ${schema.default}` }
  const number = alternatives(schema).find(({ type }) => type === 'integer')
  if (number) return { kind: 'number', expected: `${wholeNumber(number)}, or ${choices.join(' or ')}` }
  if (schema.type === 'array')
    return { kind: 'list', expected: 'a list, each entry on a line of its own: - real-stream' }
  if (schema.type === 'object') return { kind: 'mapping', expected: 'a mapping of names to texts' }
  if (choices.length > 0) return { kind: 'text', expected: choices.join(' or ') }
  if (schema.format === 'uri') return { kind: 'text', expected: 'a URL that begins with http:// or https://' }
  return { kind: 'text', expected: 'a text' }
}

function alternatives({ anyOf = [] }: JsonSchema): JsonSchema[] {
  return anyOf.filter((one) => typeof one !== 'boolean')
}

function wholeNumber({ minimum = 0, maximum, unit }: JsonSchema): string {
  const noun = typeof unit === 'string' ? `a whole number of ${unit}` : 'a whole number'
  // A bound that only guards the machine says nothing to a reader.
  return maximum !== undefined && maximum < 1e9
    ? `${noun} from ${minimum} to ${maximum}`
    : `${noun}, ${minimum} or more`
}
