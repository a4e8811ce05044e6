import type { ProxyError } from '../contract/error.ts'
import { failureOf } from '../endpoints/response/encoder.ts'
import { streamErrorBody } from '../errors.ts'
import { EventGatherer } from '../pipeline/event-boundary.ts'
import { isObject, parseJson } from '../upstreams/json.ts'
import { formatSse, sseParser } from '../wire/sse.ts'

/** The events of a response that the upstream streams itself: they pass as they are, each whole, so that an error may follow. */
export interface NativeEvents {
  /** The events that are whole with this chunk, if any are. */
  take(chunk: Buffer): Buffer | undefined
  /** What is held of an event without its last blank line: of a complete answer it is the end. */
  rest(): Buffer
  /** The last one said how the response ended. */
  isOver(): boolean
  /** The events that tell of an error, after those that have passed. */
  failure(error: ProxyError): string
}

const terminal = /"type":\s*"response\.(?:completed|incomplete|failed)"/
const sequenceNumbers = /"sequence_number":\s*(\d+)/g

export function nativeEvents(): NativeEvents {
  const events = new EventGatherer()
  let first: Buffer | undefined
  let last: Buffer = Buffer.alloc(0)

  return {
    take(chunk) {
      const passed = events.take(chunk)
      first ??= passed
      last = passed ?? last
      return passed
    },
    rest: () => events.rest(),
    isOver: () => terminal.test(last.toString('latin1')),
    failure(error) {
      const numbers = [...last.toString('latin1').matchAll(sequenceNumbers)]
      const next = Number(numbers.at(-1)?.[1] ?? -1) + 1
      const { error: body } = streamErrorBody(error)
      const { code, message, param } = body
      const told = event('error', { sequence_number: next, code, message, param, error: body })
      const response = first && begunResponse(first)
      if (!response) return told
      const failed = { ...response, status: 'failed', error: failureOf(error) }
      return told + event('response.failed', { sequence_number: next + 1, response: failed })
    },
  }
}

function event(type: string, fields: object): string {
  return formatSse({ event: type, data: JSON.stringify({ type, ...fields }) })
}

/** The Response object of the first events. */
function begunResponse(events: Buffer): object | undefined {
  let found: object | undefined
  sseParser().write(events, ({ data }) => {
    found ??= responseIn(data)
  })
  return found
}

function responseIn(data: string): object | undefined {
  const value = parseJson(data)
  return isObject(value) && isObject(value.response) ? value.response : undefined
}
