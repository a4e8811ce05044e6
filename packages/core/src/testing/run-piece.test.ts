import { PassThrough, Transform } from 'node:stream'
import { describe, expect, test } from 'vitest'
import type { ByteStage, EventStage, StreamStage } from '../contract/plugin.ts'
import { eventTransform } from '../pipeline/event-transform.ts'
import { eventsOf, fakeExchange } from './fake-exchange.ts'
import { runBytes, runEvents } from './run-piece.ts'

const shout: EventStage = {
  slot: 'events',
  step: ({ request }) => ({
    write(event, emit) {
      emit(event.type === 'text-delta' ? { ...event, delta: `${event.delta.toUpperCase()} ${request.model}` } : event)
    },
  }),
}
const shouting = [
  expect.objectContaining({ type: 'start' }),
  { type: 'text-delta', choice: 0, delta: 'HELLO test-model' },
  { type: 'choice-end', choice: 0, reason: 'stop' },
  { type: 'finish' },
]

describe('runEvents', () => {
  test('runs a step', async () => {
    expect(await runEvents(shout, eventsOf('Hello'))).toEqual(shouting)
  })

  test('runs a stream, its back-pressure too', async () => {
    const many = Array.from({ length: 100 }, () => ({ type: 'text-delta' as const, choice: 0, delta: 'a' }))
    const stage: StreamStage = { slot: 'events', create: (exchange) => eventTransform(shout.step(exchange)) }
    expect(await runEvents(stage, eventsOf('Hello'))).toEqual(shouting)
    expect(await runEvents(stage, many)).toHaveLength(100)
  })

  test('emits what a step held until the end', async () => {
    const late: EventStage = {
      slot: 'events',
      step: () => ({ write() {}, end: (emit) => emit({ type: 'finish' }) }),
    }
    expect(await runEvents(late, eventsOf('Hello'))).toEqual([{ type: 'finish' }])
  })

  test('gives the exchange to the piece of a bracket', async () => {
    const exchange = fakeExchange({ request: { model: 'other' } })
    const events = await runEvents({ step: shout.step }, eventsOf('Hello'), exchange)
    expect(events[1]).toMatchObject({ delta: 'HELLO other' })
  })

  test('rejects with what a stage throws', async () => {
    const throwing: EventStage = {
      slot: 'events',
      step: () => ({
        write() {
          throw new Error('broken')
        },
      }),
    }
    const stream: StreamStage = { slot: 'events', create: (exchange) => eventTransform(throwing.step(exchange)) }
    await expect(runEvents(throwing, eventsOf('Hello'))).rejects.toThrow('broken')
    await expect(runEvents(stream, eventsOf('Hello'))).rejects.toThrow('broken')
  })

  test('rejects a stream that gives up', async () => {
    const create = () => new Transform({ objectMode: true, transform: () => void 0 }).destroy()
    await expect(runEvents({ create }, eventsOf('Hello'))).rejects.toThrow(/destroyed/)
  })

  test('rejects what is no event', async () => {
    const create = () => new Transform({ objectMode: true, transform: (_event, _encoding, done) => done(null, 'text') })
    await expect(runEvents({ create }, eventsOf('Hello'))).rejects.toThrow('something that is no event: "text"')
  })

  test('refuses a stage of bytes', async () => {
    const stage: ByteStage = { slot: 'client-bytes', step: () => ({ write: (bytes, emit) => emit(bytes) }) }
    await expect(runEvents(stage, eventsOf('Hello'))).rejects.toThrow('run it with runBytes')
  })
})

describe('runBytes', () => {
  test('runs a step and a stream', async () => {
    const step: ByteStage = { slot: 'client-bytes', step: () => ({ write: (bytes, emit) => emit(bytes.subarray(1)) }) }
    const stream: StreamStage = { slot: 'upstream-bytes', create: () => new PassThrough() }
    expect(String(await runBytes(step, ['abc', Buffer.from('def')]))).toBe('bcef')
    expect(String(await runBytes(stream, ['abc', Buffer.from('def')]))).toBe('abcdef')
  })

  test('refuses a stage of events', async () => {
    await expect(runBytes(shout, ['abc'])).rejects.toThrow('run it with runEvents')
  })
})
