import type { JsonObject } from '../json.ts'

/** Remembers fields of repeated objects, so that what is the same in every chunk is told once. */
export interface FieldMemory {
  /** The fields that are not known, say something, and were not told with this value before. */
  news(fields: JsonObject): JsonObject | undefined
}

export function fieldMemory(known: ReadonlySet<string>): FieldMemory {
  const told = new Map<string, unknown>()
  return {
    news(fields) {
      let news: JsonObject | undefined
      for (const name in fields) {
        if (known.has(name)) continue
        const value = fields[name]
        if (saysNothing(value)) continue
        const comparable = typeof value === 'object' ? JSON.stringify(value) : value
        if (told.get(name) === comparable) continue
        told.set(name, comparable)
        news ??= {}
        news[name] = value
      }
      return news
    },
  }
}

/** The fields that are not known and say something; each time, since deltas add up. */
export function unknownFields(fields: JsonObject, known: ReadonlySet<string>): JsonObject | undefined {
  let unknown: JsonObject | undefined
  for (const name in fields) {
    if (known.has(name)) continue
    const value = fields[name]
    if (saysNothing(value)) continue
    unknown ??= {}
    unknown[name] = value
  }
  return unknown
}

function saysNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}
