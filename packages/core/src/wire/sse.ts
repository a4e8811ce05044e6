import { StringDecoder } from 'node:string_decoder'
import type { Emit, Step } from '../contract/event.ts'

/** One event of a `text/event-stream`. */
export interface SseEvent {
  /** The `event:` field; absent where the stream named none. */
  event?: string
  /** The `data:` lines, joined by `\n`. */
  data: string
}

export interface SseParser extends Step<Uint8Array | string, SseEvent> {
  /** What was written has ended with an event's blank line: nothing of it is held. */
  isBetweenEvents(): boolean
}

/** How nearly every line begins. */
const dataField = 'data: '

/**
 * An incremental parser of `text/event-stream` (WHATWG HTML, 9.2.6): bytes or text in, events out, cut anywhere. Takes CR,
 * LF and CRLF, comments, several `data:` lines, a byte order mark, a missing space. `id` and `retry` are ignored: answers
 * are never resumed.
 *
 * `end` gives out an event whose last blank line is missing. The standard drops it; call `end` only for a message that is
 * known to be whole.
 */
export function sseParser(): SseParser {
  const decoder = new StringDecoder('utf8')
  let beginning = true
  let afterCarriageReturn = false
  /** The last byte may be the first of a character. */
  let inCharacter = false
  /** The line that has not ended yet. */
  let rest = ''
  let data: string | undefined
  let event: string | undefined

  function takeLine(line: string, emit: Emit<SseEvent>): void {
    if (line === '') return dispatch(emit)
    if (data === undefined && line.startsWith(dataField)) {
      data = line.slice(dataField.length)
      return
    }
    const colon = line.indexOf(':')
    if (colon === 0) return
    const name = colon < 0 ? line : line.slice(0, colon)
    if (name !== 'data' && name !== 'event') return
    const start = line.charCodeAt(colon + 1) === 0x20 ? colon + 2 : colon + 1
    const value = colon < 0 ? '' : line.slice(start)
    if (name === 'event') event = value
    else data = data === undefined ? value : `${data}\n${value}`
  }

  function dispatch(emit: Emit<SseEvent>): void {
    if (data) emit(event ? { event, data } : { data })
    data = undefined
    event = undefined
  }

  function take(text: string, emit: Emit<SseEvent>): void {
    let from = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      const line = text.slice(from, end)
      from = end + 1
      if (rest === '') {
        takeLine(line, emit)
      } else {
        const whole = rest + line
        rest = ''
        takeLine(whole, emit)
      }
    }
    if (from < text.length) rest += from === 0 ? text : text.slice(from)
  }

  function normalise(decoded: string): string {
    let text = decoded
    if (beginning) {
      beginning = false
      if (text.charCodeAt(0) === 0xfeff) text = text.slice(1)
    }
    if (afterCarriageReturn && text.startsWith('\n')) text = text.slice(1)
    afterCarriageReturn = decoded.endsWith('\r')
    return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
  }

  return {
    isBetweenEvents() {
      return (
        !beginning && !afterCarriageReturn && !inCharacter && rest === '' && data === undefined && event === undefined
      )
    },
    write(chunk, emit) {
      const text = typeof chunk === 'string' ? chunk : decoder.write(chunk)
      inCharacter = typeof chunk !== 'string' && (chunk.at(-1) ?? 0) > 0x7f
      if (text !== '') take(normalise(text), emit)
    },
    end(emit) {
      const text = decoder.end()
      if (text !== '') take(normalise(text), emit)
      if (rest !== '') takeLine(rest, emit)
      rest = ''
      dispatch(emit)
    },
  }
}

/** One event as it goes over the wire; line breaks within `data` become several `data:` lines. */
export function formatSse({ event, data }: SseEvent): string {
  const lines = /[\r\n]/.test(data) ? data.split(/\r\n?|\n/).join('\ndata: ') : data
  return event === undefined ? `data: ${lines}\n\n` : `event: ${event}\ndata: ${lines}\n\n`
}
