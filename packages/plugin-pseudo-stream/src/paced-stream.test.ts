import { once } from 'node:events'
import { proxyError, type StreamEvent } from 'argo-proxy'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { characterCuts, wordCuts } from './cuts.ts'
import { type Pacing, pacedStream } from './paced-stream.ts'

const start: StreamEvent = { type: 'start', id: 'answer', model: 'model', created: 0 }
const end: StreamEvent = { type: 'choice-end', choice: 0, reason: 'stop' }
const finish: StreamEvent = { type: 'finish' }
const error: StreamEvent = { type: 'error', error: proxyError('upstream_disconnected', 'gone') }
const text = (delta: string): StreamEvent => ({ type: 'text-delta', choice: 0, delta })

interface Seen {
  at: number
  event: StreamEvent
}

/** A paced stream with a reader that notes what comes when, in ms since now. */
function play(pacing: Partial<Pacing>, events: readonly StreamEvent[], signal = new AbortController().signal) {
  const stream = pacedStream({ cuts: wordCuts, delay: 10, maxDuration: 0, ...pacing }, signal)
  const began = performance.now()
  const seen: Seen[] = []
  const closed = vi.fn()
  const failed = vi.fn()
  stream.on('data', (event: StreamEvent) => seen.push({ at: Math.round(performance.now() - began), event }))
  stream.on('close', closed)
  stream.on('error', failed)
  for (const event of events) stream.write(event)
  stream.end()
  return { stream, seen, closed, failed }
}

function deltas(seen: readonly Seen[]): [number, string][] {
  return seen.flatMap(({ at, event }) => ('delta' in event ? [[at, event.delta] as [number, string]] : []))
}

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

describe('pacedStream', () => {
  test('sends the first piece at once, then one each delay, and the end with the last', async () => {
    const { seen, closed } = play({}, [start, text('one two three'), end, finish])
    await vi.runAllTimersAsync()
    expect(deltas(seen)).toEqual([
      [0, 'one '],
      [10, 'two '],
      [20, 'three'],
    ])
    expect(seen.map(({ at, event }) => [at, event.type])).toEqual([
      [0, 'start'],
      [0, 'text-delta'],
      [10, 'text-delta'],
      [20, 'text-delta'],
      [20, 'choice-end'],
      [20, 'finish'],
    ])
    expect(closed).toHaveBeenCalledOnce()
  })

  test('goes on in step over thoughts, texts and arguments', async () => {
    const { seen } = play({}, [
      start,
      { type: 'reasoning-delta', choice: 0, delta: 'let me' },
      text('so be it'),
      { type: 'tool-call-start', choice: 0, index: 0, id: 'call', name: 'f' },
      { type: 'tool-call-delta', choice: 0, index: 0, delta: '{ }' },
      { type: 'tool-call-end', choice: 0, index: 0 },
      end,
      finish,
    ])
    await vi.runAllTimersAsync()
    expect(deltas(seen).map(([at]) => at)).toEqual([0, 10, 20, 30, 40, 50, 60])
  })

  test('sends nothing before the answer has ended', async () => {
    const stream = pacedStream({ cuts: wordCuts, delay: 10, maxDuration: 0 }, new AbortController().signal)
    const seen: StreamEvent[] = []
    stream.on('data', (event) => seen.push(event))
    for (const event of [start, text('one two'), end]) stream.write(event)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(seen).toEqual([])
    stream.end(finish)
    await vi.runAllTimersAsync()
    expect(seen).toHaveLength(5)
  })

  test('a long answer takes max_duration, whatever the delay', async () => {
    const words = 1_000
    const { seen } = play({ delay: 50, maxDuration: 300 }, [start, text('word '.repeat(words)), end, finish])
    await vi.runAllTimersAsync()
    const times = deltas(seen).map(([at]) => at)
    expect(times).toHaveLength(words)
    expect(times.at(-1)).toBeGreaterThan(290)
    expect(times.at(-1)).toBeLessThanOrEqual(300)
    // Evenly: half of it in half of the time.
    expect(times.filter((at) => at <= 150).length).toBeCloseTo(words / 2, -2)
  })

  test('a short answer does not take longer for it', async () => {
    const { seen } = play({ delay: 10, maxDuration: 300 }, [start, text('one two three'), end, finish])
    await vi.runAllTimersAsync()
    expect(deltas(seen).map(([at]) => at)).toEqual([0, 10, 20])
  })

  test('an error goes out at once, alone', async () => {
    const { seen } = play({ delay: 60_000 }, [start, text('one two'), error])
    await vi.advanceTimersByTimeAsync(0)
    expect(seen).toEqual([{ at: 0, event: error }])
  })

  test('a full reader is waited for, and what is due is caught up with', async () => {
    const stream = pacedStream({ cuts: characterCuts, delay: 1, maxDuration: 0 }, new AbortController().signal)
    const answer = 'abcdefghij'.repeat(20)
    for (const event of [start, text(answer), end]) stream.write(event)
    stream.end(finish)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(stream.readableLength).toBe(stream.readableHighWaterMark)
    expect(vi.getTimerCount()).toBe(0)

    let joined = ''
    stream.on('data', (event: StreamEvent) => {
      if (event.type === 'text-delta') joined += event.delta
    })
    const ended = once(stream, 'end')
    await vi.advanceTimersByTimeAsync(1)
    await ended
    expect(joined).toBe(answer)
  })

  test('a reader that pauses again and again loses nothing', async () => {
    const answer = 'One two three four five. '.repeat(40)
    const { stream, seen } = play({ delay: 3 }, [start, text(answer), end, finish])
    let pauses = 0
    stream.on('data', () => {
      stream.pause()
      pauses += 1
      setTimeout(() => stream.resume(), pauses % 7)
    })
    await vi.runAllTimersAsync()
    expect(
      deltas(seen)
        .map(([, delta]) => delta)
        .join(''),
    ).toBe(answer)
    expect(seen.at(-1)?.event).toEqual(finish)
  })

  test('stops at once when it is destroyed while it waits', async () => {
    const { stream, seen, closed, failed } = play({}, [start, text('one two three'), end, finish])
    await vi.advanceTimersByTimeAsync(10)
    stream.destroy()
    expect(vi.getTimerCount()).toBe(0)
    await vi.runAllTimersAsync()
    expect(deltas(seen)).toHaveLength(2)
    expect(closed).toHaveBeenCalledOnce()
    expect(failed).not.toHaveBeenCalled()
  })

  test('stops at once when its reader destroys it between two pieces of one moment', async () => {
    const { stream, seen } = play({ delay: 1, maxDuration: 10 }, [start, text('word '.repeat(1_000)), end, finish])
    stream.on('data', () => {
      if (seen.length === 250) stream.destroy()
    })
    await vi.runAllTimersAsync()
    expect(seen.slice(240).map(({ event }) => event.type)).toEqual(Array(10).fill('text-delta'))
    expect(seen).toHaveLength(250)
  })

  test('stops at once when the exchange is over', async () => {
    const controller = new AbortController()
    const { seen, closed, failed } = play({}, [start, text('one two three'), end, finish], controller.signal)
    await vi.advanceTimersByTimeAsync(10)
    controller.abort()
    expect(vi.getTimerCount()).toBe(0)
    await vi.runAllTimersAsync()
    expect(deltas(seen)).toHaveLength(2)
    expect(closed).toHaveBeenCalledOnce()
    expect(failed).not.toHaveBeenCalled()
  })

  test('does not begin where the exchange is already over', async () => {
    const stream = pacedStream({ cuts: wordCuts, delay: 10, maxDuration: 0 }, AbortSignal.abort())
    expect(stream.destroyed).toBe(true)
  })

  test('leaves no listener on the signal of a finished exchange', async () => {
    const controller = new AbortController()
    const added = vi.spyOn(controller.signal, 'addEventListener')
    const removed = vi.spyOn(controller.signal, 'removeEventListener')
    const { closed } = play({}, [start, text('one two'), end, finish], controller.signal)
    await vi.runAllTimersAsync()
    expect(closed).toHaveBeenCalledOnce()
    expect(removed.mock.calls).toEqual(added.mock.calls.map(([type, listener]) => [type, listener]))
  })
})
