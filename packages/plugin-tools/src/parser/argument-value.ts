import { wholeJson } from './call-object.ts'
import { type SchemaType, schemaTypes } from './schema-types.ts'

/**
 * How an argument that was written as bare text is read where the schema gives it no type. `string`: as a string.
 * `structures`: objects, arrays, true, false and null (also Python's words) as such; numbers stay strings. `json`:
 * numbers as such too.
 */
export type Untyped = 'string' | 'structures' | 'json'

export interface UntypedRules {
  /** For a property that the schema does not declare, or a tool without a known schema. */
  unknown: Untyped
  /** For a property that the schema declares without a type. */
  typeless: Untyped
}

const number = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/
const constants: Readonly<Record<string, string>> = {
  true: 'true',
  True: 'true',
  false: 'false',
  False: 'false',
  null: 'null',
  None: 'null',
}

/**
 * The JSON text of an argument that was written as bare text. The types of its schema are tried in their order, objects
 * and arrays first; what fits none is a string. Numbers keep their digits. `root`: the schema that references begin at.
 */
export function argumentValue(text: string, schema: unknown, root: unknown, rules: UntypedRules): string {
  const types = schema === undefined ? undefined : schemaTypes(schema, root)
  if (types === undefined || types.length === 0) return untyped(text, types ? rules.typeless : rules.unknown)
  const trimmed = text.trim()
  const structured = types.filter((type) => type === 'object' || type === 'array')
  for (const type of [...structured, ...types]) {
    const value = type === 'string' ? JSON.stringify(text) : typed(trimmed, type)
    if (value !== undefined) return value
  }
  return JSON.stringify(text)
}

function typed(text: string, type: Exclude<SchemaType, 'string'>): string | undefined {
  switch (type) {
    case 'integer':
      return number.test(text) && Number.isInteger(Number(text)) ? text : undefined
    case 'number':
      return number.test(text) && Number.isFinite(Number(text)) ? text : undefined
    case 'boolean':
      return /^(true|false)$/i.test(text) ? text.toLowerCase() : undefined
    case 'null':
      return /^(null|none)$/i.test(text) ? 'null' : undefined
    case 'object':
      return text.startsWith('{') ? wholeJson(text)?.text : undefined
    case 'array':
      return text.startsWith('[') ? wholeJson(text)?.text : undefined
  }
}

function untyped(text: string, rule: Untyped): string {
  const trimmed = text.trim()
  const value =
    rule === 'string'
      ? undefined
      : (constants[trimmed] ??
        typed(trimmed, 'object') ??
        typed(trimmed, 'array') ??
        (rule === 'json' ? typed(trimmed, 'number') : undefined))
  return value ?? JSON.stringify(text)
}
