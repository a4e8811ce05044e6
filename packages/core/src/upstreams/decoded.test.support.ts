import type { EventStep, StreamEvent } from '../contract/event.ts'
import type { Decoder } from '../contract/upstream.ts'

/** The events of a decoder over these chunks, from `write` and `end`. */
export function decoded(decoder: Decoder, chunks: Iterable<string | Uint8Array>): StreamEvent[] {
  const events: StreamEvent[] = []
  for (const chunk of chunks) decoder.write(Buffer.from(chunk), (event) => events.push(event))
  decoder.end?.((event) => events.push(event))
  return events
}

/** The same with the core's `ending` behind it: whole answers, whose grammar can be checked. */
export function answered(decoder: Decoder, chunks: Iterable<string | Uint8Array>, ending: EventStep): StreamEvent[] {
  const events: StreamEvent[] = []
  const emit = (event: StreamEvent) => void events.push(event)
  for (const event of decoded(decoder, chunks)) ending.write(event, emit)
  ending.end?.(emit)
  return events
}

export function textOf(events: Iterable<StreamEvent>): string {
  let text = ''
  for (const event of events) if (event.type === 'text-delta') text += event.delta
  return text
}

/** The error that ends an answer; fails where there is none. */
export function errorOf(events: readonly StreamEvent[]) {
  const last = events.at(-1)
  if (last?.type !== 'error') throw new Error(`no error at the end of ${JSON.stringify(events)}`)
  return last.error
}

/** Events without the times and ids that are made on the spot. */
export function withoutMade(events: readonly StreamEvent[]): object[] {
  return events.map((event) => (event.type === 'start' ? { type: 'start', model: event.model } : event))
}
