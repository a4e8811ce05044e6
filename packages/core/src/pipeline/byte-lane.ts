import type { ProxyError } from '../contract/error.ts'
import type { Emit, Step, StreamEvent } from '../contract/event.ts'
import type { Decoder } from '../contract/upstream.ts'
import { proxyError } from '../errors.ts'
import { isJson } from '../wire/is-json.ts'
import { joinChunks } from '../wire/join-chunks.ts'
import { type CallEnd, disconnected } from './call-end.ts'
import { EventGatherer, holdsDone } from './event-boundary.ts'
import type { Verdict } from './verdict.ts'

/** What a lane needs to know of its call. */
export interface Lane {
  end: CallEnd
  verdict: Verdict
  /** Reads what the lane itself does not: an error that came with status 200. */
  decode(): Decoder
}

const errorAtStart = /^(?:event: ?error\b|data: ?\{\s*"(?:error"|object":\s*"error"))/
const blankLine = Buffer.from('\n\n')
const openBrace = 0x7b

/**
 * The byte lane of a stream: bytes pass untouched, but only whole SSE events are released (an incomplete tail is held),
 * so that an error frame can always follow. Events are found by scanning for a blank line, not by parsing.
 */
export function wholeEvents({ end, verdict, decode }: Lane): Step<Buffer, Buffer> {
  const events = new EventGatherer()
  // Where the stream ends without its terminal event, what came last tells whether the answer was whole.
  let last: Buffer | undefined
  let lastButOne: Buffer | undefined

  function fail(error: ProxyError): void {
    end.done = true
    verdict.fail(error)
  }

  function release(whole: Buffer, emit: Emit<Buffer>): void {
    if (last === undefined && errorAtStart.test(whole.toString('latin1', 0, 64))) {
      const error = errorIn(whole, decode())
      if (error) return fail(error)
    }
    lastButOne = last
    last = whole
    if (!holdsDone(whole)) return emit(whole)
    if (lastButOne === undefined && !whole.includes(openBrace)) return fail(noEvent('no event of a stream'))
    emit(whole)
    end.done = true
    verdict.finish()
  }

  function isWhole(): boolean {
    return [lastButOne, last].some(
      (chunk) => chunk !== undefined && /"finish_reason":\s*"[^"]/.test(chunk.toString('latin1')),
    )
  }

  return {
    write(chunk, emit) {
      const whole = end.done ? undefined : events.take(chunk)
      if (whole) release(whole, emit)
    },
    end(emit) {
      if (end.done) return
      const { outcome } = end
      const isProven = outcome === 'complete'
      const event = events.rest()
      if (event.length > 0) {
        // A last event without its blank line counts where it is whole, and the terminal one proves itself.
        if (isLastEvent(event.toString('utf8'), isProven)) {
          release(Buffer.concat([event, blankLine]), emit)
          if (end.done) return
        } else if (isProven) {
          return fail(
            last === undefined ? (errorIn(event, decode()) ?? noEvent('no event of a stream')) : disconnected(),
          )
        }
      }
      if (typeof outcome === 'object') return fail(outcome)
      if (outcome === 'complete' && last === undefined) return fail(noEvent('no event of a stream'))
      if (outcome === 'complete' && isWhole()) return verdict.finish()
      fail(disconnected())
    },
  }
}

/** The byte lane of a complete answer: held until its end is proven, then released as it came. */
export function wholeBody({ end, verdict, decode }: Lane): Step<Buffer, Buffer> {
  const chunks: Buffer[] = []
  return {
    write(chunk) {
      if (!end.done) chunks.push(chunk)
    },
    end(emit) {
      if (end.done) return
      const { outcome } = end
      const body = joinChunks(chunks)
      // Where HTTP does not tell that the body is whole, its own last brace may.
      if (outcome !== 'complete' && !isJson(body.toString('utf8'))) {
        return verdict.fail(typeof outcome === 'object' ? outcome : disconnected())
      }
      const isObject = looksLikeObject(body)
      const error = isObject && body.includes('"choices"') ? undefined : errorIn(body, decode())
      if (error) return verdict.fail(error)
      if (!isObject) return verdict.fail(noEvent('something other than JSON'))
      emit(body)
      verdict.finish()
    },
  }
}

/** The error that a decoder finds in an answer. */
function errorIn(bytes: Buffer, decoder: Decoder): ProxyError | undefined {
  let error: ProxyError | undefined
  const take = (event: StreamEvent): void => {
    if (event.type === 'error') error ??= event.error
  }
  decoder.write(bytes, take)
  decoder.end?.(take)
  return error
}

function isLastEvent(text: string, isProven: boolean): boolean {
  const data = /^data:(.*)$/m.exec(text)?.[1]?.trim()
  return data === '[DONE]' || (isProven && data !== undefined && isJson(data))
}

function looksLikeObject(body: Buffer): boolean {
  const start = body.toString('latin1', 0, 64).trimStart()
  const rest = body.toString('latin1', Math.max(0, body.length - 64)).trimEnd()
  return start.startsWith('{') && rest.endsWith('}')
}

function noEvent(what: string): ProxyError {
  return proxyError('upstream_invalid_answer', `The upstream answered with ${what}.`)
}
