import type { ProxyError } from '../../contract/error.ts'
import type { Emit, FinishReason, StreamEvent } from '../../contract/event.ts'
import type { Exchange } from '../../contract/exchange.ts'
import { proxyError } from '../../errors.ts'
import { isRecord } from '../../record.ts'
import { type JsonObject, objectsIn } from '../json.ts'
import { readFinishReason } from './finish-reason.ts'
import { toolCallReader } from './tool-call-reader.ts'
import { fieldMemory, unknownFields } from './unknown-fields.ts'

const knownOfChoice = new Set(['index', 'delta', 'message', 'text', 'finish_reason', 'logprobs', 'error'])
const knownOfDelta = new Set([
  ...['role', 'content', 'refusal', 'reasoning', 'reasoning_content', 'tool_calls', 'function_call'],
])

/** Reads one choice, over all its chunks. */
export interface ChoiceReader {
  /** An entry of `choices`. Returns the fault of an answer that the upstream gave up. */
  take(choice: JsonObject, emit: Emit<StreamEvent>): ProxyError | undefined
  /** Ends it, if it has not ended; without a reason, with the one that fits. */
  end(reason: FinishReason | undefined, emit: Emit<StreamEvent>): void
  ended(): boolean
}

export function choiceReader(index: number, format: Exchange['endpoint']): ChoiceReader {
  const calls = toolCallReader(index)
  const memory = fieldMemory(knownOfChoice)
  let ended = false

  function takeText(text: string, logprobs: unknown, emit: Emit<StreamEvent>): void {
    const hasLogprobs = logprobs !== undefined && logprobs !== null
    if (text === '' && !hasLogprobs) return
    emit(
      hasLogprobs
        ? { type: 'text-delta', choice: index, delta: text, logprobs }
        : { type: 'text-delta', choice: index, delta: text },
    )
  }

  function takeReasoning(text: unknown, emit: Emit<StreamEvent>): void {
    if (typeof text === 'string' && text !== '') emit({ type: 'reasoning-delta', choice: index, delta: text })
  }

  /** Content as parts: a list of texts and thoughts. */
  function takeParts(parts: readonly JsonObject[], emit: Emit<StreamEvent>): void {
    for (const part of parts) {
      if (typeof part.text === 'string') takeText(part.text, undefined, emit)
      else if (typeof part.thinking === 'string') takeReasoning(part.thinking, emit)
      else for (const thought of objectsIn(part.thinking)) takeReasoning(thought.text, emit)
    }
  }

  function takeDelta(delta: JsonObject, logprobs: unknown, emit: Emit<StreamEvent>): void {
    // Some servers say the same under both names.
    takeReasoning(typeof delta.reasoning_content === 'string' ? delta.reasoning_content : delta.reasoning, emit)
    const { content } = delta
    if (Array.isArray(content)) takeParts(objectsIn(content), emit)
    else takeText(typeof content === 'string' ? content : '', logprobs, emit)
    if (typeof delta.refusal === 'string' && delta.refusal !== '') {
      emit({ type: 'refusal-delta', choice: index, delta: delta.refusal })
    }
    for (const entry of objectsIn(delta.tool_calls)) calls.take(entry, emit)
    if (isRecord(delta.function_call)) calls.takeFunction(delta.function_call, emit)
  }

  function end(reason: FinishReason | undefined, emit: Emit<StreamEvent>): void {
    if (ended) return
    ended = true
    calls.close(emit)
    // Some servers say `stop` although they call tools.
    const called = calls.count() > 0 && (reason === undefined || reason === 'stop')
    emit({ type: 'choice-end', choice: index, reason: called ? 'tool-calls' : (reason ?? 'stop') })
  }

  return {
    take(choice, emit) {
      if (ended) return undefined
      const delta = isRecord(choice.delta) ? choice.delta : isRecord(choice.message) ? choice.message : undefined
      if (delta) takeDelta(delta, choice.logprobs, emit)
      else if (typeof choice.text === 'string') takeText(choice.text, choice.logprobs, emit)
      const news = memory.news(choice)
      const unknown = delta && unknownFields(delta, knownOfDelta)
      if (news || unknown) {
        emit({ type: 'raw', format, value: { choices: [{ index, ...news, ...(unknown && { delta: unknown }) }] } })
      }
      const { finish_reason: said } = choice
      if (typeof said !== 'string' || said === '') return undefined
      const reason = readFinishReason(said)
      if (reason === 'failed') return givenUp(said, choice)
      end(reason, emit)
      return undefined
    },
    end,
    ended: () => ended,
  }
}

function givenUp(reason: string, { error }: JsonObject): ProxyError {
  const why = isRecord(error) && typeof error.message === 'string' ? `: ${error.message}` : '.'
  return proxyError('upstream_error', `The upstream gave the answer up (finish_reason ${reason})${why}`)
}
