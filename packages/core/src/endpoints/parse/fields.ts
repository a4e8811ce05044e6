import { isRecord } from '../../record.ts'
import { type LongName, longTextOf } from '../../wire/long-texts.ts'
import { missing, wrongType } from './fault.ts'

/** A JSON object that came from outside. */
export type Fields = Record<string, unknown>

/** OpenAI takes `null` as if the field were not there. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}

export function readRecord(value: unknown, param: string): Fields {
  if (isRecord(value)) return value
  throw wrongType(param, 'an object', value)
}

export function readArray(value: unknown, param: string, items = 'objects'): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw wrongType(param, `an array of ${items}`, value)
}

export function readString(fields: Fields, key: string, path: string): string {
  const value = fields[key]
  if (typeof value === 'string') return value
  throw wrongType(`${path}.${key}`, 'a string', value)
}

/** A text for what `carryLongText` then gives it to, where it is a long one; until then it is empty. */
export function readCarriedString(fields: Fields, key: LongName, path: string): string {
  return longTextOf(fields, key) ? '' : readString(fields, key, path)
}

/** A name or an id: what is empty is missing. */
export function readName(fields: Fields, key: string, path: string): string {
  const value = readString(fields, key, path)
  if (value === '') throw missing(`${path}.${key}`)
  return value
}

export function readOptionalString(fields: Fields, key: string, path: string): string | undefined {
  const value = fields[key]
  if (value === undefined || value === null) return undefined
  return readString(fields, key, path)
}

export function readOptionalBoolean(fields: Fields, key: string, path: string): boolean | undefined {
  const value = fields[key]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'boolean') return value
  throw wrongType(`${path}.${key}`, 'a boolean', value)
}

export function readOptionalRecord(fields: Fields, key: string, path: string): Fields | undefined {
  const value = fields[key]
  return value === undefined || value === null ? undefined : readRecord(value, `${path}.${key}`)
}

/** The fields that nobody here knows, untouched; undefined where there are none. */
export function unknownFields(fields: Fields, known: ReadonlySet<string>): Fields | undefined {
  let unknown: Fields | undefined
  for (const key of Object.keys(fields)) {
    // As a key of a plain assignment this one would set the prototype.
    if (known.has(key) || key === '__proto__') continue
    unknown ??= {}
    unknown[key] = fields[key]
  }
  return unknown
}
