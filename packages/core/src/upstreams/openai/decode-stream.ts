import type { ProxyError } from '../../contract/error.ts'
import type { Emit, StreamEvent } from '../../contract/event.ts'
import type { Exchange } from '../../contract/exchange.ts'
import type { Decoder } from '../../contract/upstream.ts'
import { proxyError } from '../../errors.ts'
import { isRecord } from '../../record.ts'
import { type SseEvent, sseParser } from '../../wire/sse.ts'
import { excerptOf } from '../excerpt.ts'
import { type JsonObject, parseJson } from '../json.ts'
import { readErrorInAnswer } from '../read-error.ts'
import { answerEvents } from './answer-events.ts'
import { decodeComplete } from './decode-complete.ts'
import { frameTemplate } from './frame-template.ts'

/**
 * A stream of SSE frames that ends with `[DONE]`. A message that ends without it, and before every choice has said why it
 * ended, was cut. A server that answers with one JSON object in spite of `stream: true` is read as well.
 */
export function decodeStream(format: Exchange['endpoint'], origin: string): Decoder {
  let decoder: Decoder | undefined
  return {
    write(chunk, emit) {
      decoder ??= decoderFor(chunk, format, origin)
      decoder?.write(chunk, emit)
    },
    end: (emit) => decoder?.end?.(emit),
  }
}

const openBrace = 0x7b
const blankLine = '\n\n'

/** By the first byte that is no white space: no line of SSE begins with a brace. */
function decoderFor(chunk: Buffer, format: Exchange['endpoint'], origin: string): Decoder | undefined {
  const first = chunk.find((byte) => byte > 0x20)
  if (first === undefined) return undefined
  return first === openBrace ? decodeComplete(format, origin) : decodeFrames(format, origin)
}

function decodeFrames(format: Exchange['endpoint'], origin: string): Decoder {
  const parser = sseParser()
  const answer = answerEvents(format)
  const template = frameTemplate()
  let over = false
  let out: Emit<StreamEvent> = () => {}
  /** What the frame that is being read has said so far. */
  let said = 0
  let last: StreamEvent | undefined
  const emitSaid: Emit<StreamEvent> = (event) => {
    said += 1
    last = event
    out(event)
  }

  function fail(error: ProxyError): void {
    over = true
    out({ type: 'error', error })
  }

  function take({ event, data }: SseEvent): void {
    if (over) return
    if (data.trim() === '[DONE]') {
      over = true
      return answer.finish(out)
    }
    const frame = parseJson(data)
    if (!isRecord(frame)) return fail(notAFrame(data))
    if (event === 'error' || isError(frame)) return fail(readErrorInAnswer(origin, data))
    const isAnswer = Array.isArray(frame.choices) || isRecord(frame.usage)
    if (!isAnswer) return answer.takeUnknown(frame, out)
    said = 0
    const error = answer.take(frame, emitSaid)
    if (error) return fail(error)
    if (said === 1 && last?.type === 'text-delta' && last.logprobs === undefined) template.learn(data, last)
    else template.forget()
  }

  return {
    write(chunk, emit) {
      out = emit
      // A character for each byte: what stands somewhere in one of them stands there in the other.
      const bytes = chunk.toString('latin1')
      for (let from = 0; from < bytes.length && !over; ) {
        if (parser.isBetweenEvents()) from = template.read(bytes, from, out)
        if (from === bytes.length) return
        const blank = bytes.indexOf(blankLine, from)
        const end = blank < 0 ? bytes.length : blank + blankLine.length
        parser.write(chunk.subarray(from, end), take)
        from = end
      }
    },
    end(emit) {
      out = emit
      // A last frame without its blank line counts where it is whole.
      parser.end?.((event) => {
        if (event.data.trim() === '[DONE]' || isRecord(parseJson(event.data))) take(event)
      })
      if (over) return
      // No terminal event: whether this is the end, the HTTP message must prove.
      if (answer.isWhole()) return answer.close(emit)
      fail(proxyError('upstream_disconnected', 'The upstream ended its stream before its answer was complete.'))
    },
  }
}

function isError(frame: JsonObject): boolean {
  return (frame.error !== undefined && frame.error !== null) || frame.object === 'error' || frame.type === 'error'
}

function notAFrame(data: string): ProxyError {
  return proxyError('upstream_invalid_answer', `The upstream sent an event that is no JSON object: ${excerptOf(data)}`)
}
