import { isRecord } from '../../record.ts'
import { type Fields, unknownFields } from './fields.ts'

/** What of a choice an upstream said beyond the typed events. */
export interface RawChoice {
  index: number
  /** Fields beside the delta or message. */
  fields: Fields
  /** Fields of the delta or message. */
  delta: Fields
}

export interface RawFrame {
  /** Top-level fields. */
  fields: Fields
  choices: RawChoice[]
}

const saidByEvents = new Set(['id', 'object', 'created', 'model', 'choices', 'usage'])
const choiceSaidByEvents = new Set(['index', 'delta', 'message', 'text', 'finish_reason', 'logprobs'])
const deltaSaidByEvents = new Set(['role', 'content', 'tool_calls', 'function_call'])

/** A `raw` event's value, of either Completions endpoint, with the fields that typed events say left out. */
export function readRawFrame(value: Fields): RawFrame {
  const choices: RawChoice[] = []
  for (const choice of Array.isArray(value.choices) ? value.choices : []) {
    if (!isRecord(choice)) continue
    const { index } = choice
    const delta = isRecord(choice.delta) ? choice.delta : isRecord(choice.message) ? choice.message : {}
    const read = {
      index: typeof index === 'number' ? index : 0,
      fields: unknownFields(choice, choiceSaidByEvents) ?? {},
      delta: unknownFields(delta, deltaSaidByEvents) ?? {},
    }
    if (Object.keys(read.fields).length + Object.keys(read.delta).length > 0) choices.push(read)
  }
  return { fields: unknownFields(value, saidByEvents) ?? {}, choices }
}

/**
 * The later of two frames' fields over the earlier: lists grow (annotations, reasoning details, calls by their `index`),
 * everything else is replaced.
 */
export function mergeRaw(target: Fields, source: Fields): void {
  for (const [key, value] of Object.entries(source)) {
    const held = target[key]
    target[key] = Array.isArray(held) && Array.isArray(value) ? [...held, ...value] : value
  }
}
