import { isRecord } from '../../record.ts'
import type { Fields } from './fields.ts'

/** The constant text of a stream's chunks, made once for each answer; a chunk adds only what is its own. */
export interface ChunkTemplate {
  /** A whole SSE event with the JSON of its choices. */
  chunk(choices: string): string
  /** The same, with the usage in it. */
  usageChunk(usage: Fields): string
  /** What stands before and after the choices of a chunk. Changes when `addFields` returns true. */
  readonly head: string
  readonly tail: string
  /** Takes top-level fields of the upstream over. Plain values stay on every later chunk; returns whether they changed. */
  addFields(fields: Fields): boolean
  /** A chunk without choices, for top-level fields that are said once: filter results of the prompt, timings. */
  fieldsChunk(fields: Fields): string | undefined
}

export interface ChunkIdentity {
  id: string
  object: string
  created: number
  model: string
}

export function chunkTemplate(identity: ChunkIdentity, includeUsage: boolean): ChunkTemplate {
  const lasting: Fields = {}
  const usageNull = includeUsage ? ',"usage":null' : ''
  const start = JSON.stringify(identity).slice(0, -1)
  let top = start

  const template = {
    head: `data: ${top},"choices":[`,
    tail: `]${usageNull}}\n\n`,
    chunk: (choices: string) => template.head + choices + template.tail,
    usageChunk: (usage: Fields) => `data: ${top},"choices":[],"usage":${JSON.stringify(usage)}}\n\n`,
    addFields(fields: Fields) {
      let changed = false
      for (const [key, value] of Object.entries(fields)) {
        if (isOnce(value) || lasting[key] === value) continue
        lasting[key] = value
        changed = true
      }
      if (changed) {
        top = start + members(lasting)
        template.head = `data: ${top},"choices":[`
      }
      return changed
    },
    fieldsChunk(fields: Fields) {
      const once = Object.fromEntries(Object.entries(fields).filter(([, value]) => isOnce(value)))
      return Object.keys(once).length === 0 ? undefined : `data: ${top}${members(once)},"choices":[]${usageNull}}\n\n`
    },
  }
  return template
}

function isOnce(value: unknown): boolean {
  return isRecord(value) || Array.isArray(value)
}

/** The members of an object as they follow others: `,"key":value`. */
export function members(fields: Fields): string {
  const json = JSON.stringify(fields)
  return json === '{}' ? '' : `,${json.slice(1, -1)}`
}
