import type { Emit, Step } from '../contract/event.ts'
import { proxyError } from '../errors.ts'
import type { CallEnd } from './call-end.ts'
import type { Verdict } from './verdict.ts'

const newline = 0x0a
const carriageReturn = 0x0d
const done = Buffer.from('data: [DONE]')
const doneWithoutSpace = Buffer.from('data:[DONE]')

/**
 * The byte lane of a stream: bytes pass untouched, but only whole SSE events are released (an incomplete tail is held),
 * so that an error frame can always follow. Events are found by scanning for a blank line, not by parsing.
 */
export function wholeEvents(end: CallEnd, verdict: Verdict): Step<Buffer, Buffer> {
  let tail: Buffer[] = []
  let tailLength = 0
  let released = false
  // The last two bytes that came: a blank line may be split anywhere.
  let previous = 0
  let beforePrevious = 0

  return {
    write(chunk, emit) {
      if (end.done || chunk.length === 0) return
      const boundary = lastBoundary(chunk, previous, beforePrevious)
      beforePrevious = chunk[chunk.length - 2] ?? previous
      previous = chunk[chunk.length - 1] ?? 0
      if (boundary === 0) {
        tail.push(chunk)
        tailLength += chunk.length
        return
      }
      const head = chunk.subarray(0, boundary)
      const whole = tailLength === 0 ? head : Buffer.concat([...tail, head])
      tail = boundary === chunk.length ? [] : [chunk.subarray(boundary)]
      tailLength = chunk.length - boundary
      released = true
      emit(whole)
      if (hasTerminalEvent(whole)) {
        end.done = true
        verdict.finish()
      }
    },
    end() {
      if (end.done) return
      const { outcome } = end
      const clean = outcome === 'complete' && tailLength === 0
      if (clean && released) return verdict.finish()
      verdict.fail(
        typeof outcome === 'object'
          ? outcome
          : outcome === 'complete' && !released
            ? proxyError('upstream_invalid_answer', 'The upstream answered with no event of a stream.')
            : proxyError('upstream_disconnected', 'The upstream closed the connection before its answer was complete.'),
      )
    },
  }
}

/** The byte lane of a complete answer: held until its end is proven, then released as it came. */
export function wholeBody(end: CallEnd, verdict: Verdict, limit: number): Step<Buffer, Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  return {
    write(chunk) {
      if (end.done) return
      length += chunk.length
      if (length > limit) {
        end.done = true
        chunks.length = 0
        return verdict.fail(tooLarge(limit))
      }
      chunks.push(chunk)
    },
    end(emit: Emit<Buffer>) {
      if (end.done) return
      const { outcome } = end
      if (typeof outcome === 'object') return verdict.fail(outcome)
      const body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
      if (!looksLikeObject(body)) {
        return verdict.fail(
          proxyError('upstream_invalid_answer', 'The upstream answered with something other than JSON.'),
        )
      }
      emit(body)
      verdict.finish()
    },
  }
}

export function tooLarge(limit: number): ReturnType<typeof proxyError> {
  return proxyError(
    'upstream_answer_too_large',
    `The upstream's answer is larger than ${limit} bytes: raise limits.answer in the configuration.`,
  )
}

/** Index behind the last blank line of `chunk`; 0 where there is none. */
function lastBoundary(chunk: Buffer, previous: number, beforePrevious: number): number {
  const at = (index: number): number | undefined =>
    index >= 0 ? chunk[index] : index === -1 ? previous : index === -2 ? beforePrevious : 0
  for (
    let index = chunk.lastIndexOf(newline);
    index >= 0;
    index = index > 0 ? chunk.lastIndexOf(newline, index - 1) : -1
  ) {
    const before = at(index - 1)
    if (before === newline || (before === carriageReturn && at(index - 2) === newline)) return index + 1
  }
  return 0
}

/** At the start of a line only: the same characters inside an answer's JSON are text. */
function hasTerminalEvent(events: Buffer): boolean {
  return startsLine(events, done) || startsLine(events, doneWithoutSpace)
}

function startsLine(events: Buffer, prefix: Buffer): boolean {
  for (let index = events.indexOf(prefix); index >= 0; index = events.indexOf(prefix, index + 1)) {
    if (index === 0 || events[index - 1] === newline) return true
  }
  return false
}

function looksLikeObject(body: Buffer): boolean {
  const text = body.toString('latin1', 0, 64).trimStart()
  return (
    text.startsWith('{') &&
    body
      .toString('latin1', Math.max(0, body.length - 64))
      .trimEnd()
      .endsWith('}')
  )
}
