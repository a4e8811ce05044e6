import { isRecord } from '../record.ts'
/** A JSON object, read field by field: what comes from an upstream is `unknown` until it was looked at. */
export type JsonObject = Record<string, unknown>

/** The objects of a list; none where it is no list. */
export function objectsIn(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

/** `undefined` where the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A count of an answer: not negative, whole. */
export function countIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}
