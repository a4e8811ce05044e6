import type { ProxyError } from '../../contract/error.ts'
import type { Emit, StreamEvent, Usage } from '../../contract/event.ts'
import type { Exchange } from '../../contract/exchange.ts'
import { proxyError } from '../../errors.ts'
import { isRecord } from '../../record.ts'
import { countIn, type JsonObject, objectsIn } from '../json.ts'
import { type ChoiceReader, choiceReader } from './choice-reader.ts'
import { fieldMemory } from './unknown-fields.ts'
import { readUsage } from './usage.ts'

const knownOfFrame = new Set(['id', 'object', 'created', 'model', 'choices', 'usage', 'obfuscation'])

/** Turns the frames of an answer, or its one complete object, into events. */
export interface AnswerEvents {
  /** A `chat.completion(.chunk)` or `text_completion` object. Returns the fault of an answer that was given up. */
  take(frame: JsonObject, emit: Emit<StreamEvent>): ProxyError | undefined
  /** An object that is no part of an answer: kept as a `raw` event of its own format. */
  takeUnknown(frame: JsonObject, emit: Emit<StreamEvent>): void
  /** Whether every choice has said why it ended. */
  isWhole(): boolean
  /** Ends what is open, then `usage`. */
  close(emit: Emit<StreamEvent>): void
  /** The terminal event of the wire: `close`, then `finish`. */
  finish(emit: Emit<StreamEvent>): void
}

export function answerEvents(format: Exchange['endpoint']): AnswerEvents {
  const choices = new Map<number, ChoiceReader>()
  const memory = fieldMemory(knownOfFrame)
  let started = false
  let usage: Usage | undefined
  /** Fields of frames before the one that names the answer. */
  let early: JsonObject | undefined
  const unknown: JsonObject[] = []

  function start(frame: JsonObject, emit: Emit<StreamEvent>): void {
    started = true
    const id = typeof frame.id === 'string' ? frame.id : ''
    const model = typeof frame.model === 'string' ? frame.model : ''
    emit({ type: 'start', id, model, created: countIn(frame.created) ?? Math.floor(Date.now() / 1000) })
    for (const value of unknown) emit({ type: 'raw', format: 'openai', value })
  }

  function readerOf(index: number): ChoiceReader {
    const known = choices.get(index)
    if (known) return known
    const reader = choiceReader(index, format)
    choices.set(index, reader)
    return reader
  }

  function close(emit: Emit<StreamEvent>): void {
    for (const choice of choices.values()) choice.end(undefined, emit)
    if (usage) emit({ type: 'usage', ...usage })
  }

  return {
    take(frame, emit) {
      const listed = objectsIn(frame.choices)
      const news = memory.news(frame)
      if (news) early = { ...early, ...news }
      // Some servers send a frame without an id or a choice first (filter results of the prompt).
      if (!started && (listed.length > 0 || frame.id)) start(frame, emit)
      if (early && started) {
        emit({ type: 'raw', format, value: early })
        early = undefined
      }
      for (const [place, choice] of listed.entries()) {
        const error = readerOf(countIn(choice.index) ?? place).take(choice, emit)
        if (error) return error
      }
      // Cumulative where it comes with every frame: the last one counts.
      if (isRecord(frame.usage)) usage = readUsage(frame.usage) ?? usage
      return undefined
    },
    takeUnknown(value, emit) {
      if (started) emit({ type: 'raw', format: 'openai', value })
      else unknown.push(value)
    },
    isWhole: () => choices.size > 0 && [...choices.values()].every((choice) => choice.ended()),
    close,
    finish(emit) {
      if (!started) {
        const error = proxyError('upstream_invalid_answer', 'The upstream ended its answer before it began.')
        return emit({ type: 'error', error })
      }
      close(emit)
      emit({ type: 'finish' })
    },
  }
}
