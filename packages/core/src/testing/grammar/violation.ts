import { isRecord } from '../../record.ts'
import { type SseEvent, sseParser } from '../../wire/sse.ts'

export type JsonObject = Record<string, unknown>

/** What a stream does against the grammar of its format. */
export class StreamGrammarError extends Error {
  override readonly name = 'StreamGrammarError'
}

/** Says what is wrong with the event at hand: throws a StreamGrammarError. */
export type Fail = (message: string) => never

export interface ReadEvent {
  event: SseEvent
  fail: Fail
}

/** The events of a whole stream, each with its own way to complain. Throws where the last one is cut. */
export function* readStream(text: string, format: string): Generator<ReadEvent> {
  const events: SseEvent[] = []
  sseParser().write(text, (event) => events.push(event))
  if (!/(?:^|\r\n\r\n|\n\n|\r\r)$/.test(text)) {
    throw new StreamGrammarError(`${format}: the stream ends within an event: ${quote(text.slice(-200))}`)
  }
  for (const [place, event] of events.entries()) {
    const fail = (message: string): never => {
      throw new StreamGrammarError(`${format}, event ${place}: ${message} in ${quote(event.data)}`)
    }
    yield { event, fail }
  }
}

export function quote(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}...` : text
}

export function parseObject(json: string, fail: Fail): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return fail('no JSON')
  }
  return isRecord(value) ? value : fail('no JSON object')
}

export function objectAt(object: JsonObject, key: string, fail: Fail): JsonObject {
  const value = object[key]
  return isRecord(value) ? value : fail(`'${key}' is no object`)
}

export function arrayAt(object: JsonObject, key: string, fail: Fail): readonly unknown[] {
  const value = object[key]
  return Array.isArray(value) ? value : fail(`'${key}' is no array`)
}

export function objectsAt(object: JsonObject, key: string, fail: Fail): JsonObject[] {
  return arrayAt(object, key, fail).map((value) => (isRecord(value) ? value : fail(`'${key}' holds no object`)))
}

export function stringAt(object: JsonObject, key: string, fail: Fail): string {
  const value = object[key]
  return typeof value === 'string' ? value : fail(`'${key}' is no string`)
}

export function nameAt(object: JsonObject, key: string, fail: Fail): string {
  return stringAt(object, key, fail) || fail(`'${key}' is empty`)
}

export function countAt(object: JsonObject, key: string, fail: Fail): number {
  const value = object[key]
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : fail(`'${key}' is no count`)
}
