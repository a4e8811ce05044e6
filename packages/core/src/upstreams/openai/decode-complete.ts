import type { Emit, StreamEvent } from '../../contract/event.ts'
import type { Exchange } from '../../contract/exchange.ts'
import type { Decoder } from '../../contract/upstream.ts'
import { proxyError } from '../../errors.ts'
import { isRecord } from '../../record.ts'
import { joinChunks } from '../../wire/join-chunks.ts'
import { excerptOf } from '../excerpt.ts'
import { parseJson } from '../json.ts'
import { readErrorInAnswer } from '../read-error.ts'
import { answerEvents } from './answer-events.ts'

/** A complete answer: one `chat.completion` or `text_completion` object. */
export function decodeComplete(format: Exchange['endpoint'], origin: string): Decoder {
  const chunks: Buffer[] = []
  return {
    write: (chunk) => void chunks.push(chunk),
    end: (emit) => emitComplete(joinChunks(chunks).toString('utf8'), format, origin, emit),
  }
}

function emitComplete(text: string, format: Exchange['endpoint'], origin: string, emit: Emit<StreamEvent>): void {
  const body = parseJson(text)
  if (isRecord(body) && Array.isArray(body.choices) && body.choices.length > 0) {
    const events = answerEvents(format)
    const error = events.take(body, emit)
    // The object was closed by its own brace: the answer is whole.
    return error ? emit({ type: 'error', error }) : events.finish(emit)
  }
  const refused = isRecord(body) && (isRecord(body.error) || typeof body.error === 'string' || body.object === 'error')
  const shown = text.trim() === '' ? 'nothing at all.' : `no answer in it: ${excerptOf(text)}`
  const error = refused
    ? readErrorInAnswer(origin, text)
    : proxyError('upstream_invalid_answer', `The upstream answered with ${shown}`)
  emit({ type: 'error', error })
}
