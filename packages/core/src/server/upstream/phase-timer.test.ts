import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type PhaseLimits, PhaseTimer } from './phase-timer.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function watch(limits: Partial<PhaseLimits>) {
  const codes: string[] = []
  const timer = new PhaseTimer({ connect: 0, first_byte: 0, idle: 0, ...limits }, ({ code }) => codes.push(code))
  return { timer, codes }
}

describe('the phase timer', () => {
  test('each phase has its own limit, shorter or longer than the one before', () => {
    const { timer, codes } = watch({ connect: 100, first_byte: 1_000, idle: 50 })
    vi.advanceTimersByTime(90)
    timer.connected()
    vi.advanceTimersByTime(990)
    timer.received()
    for (let chunk = 0; chunk < 10; chunk += 1) {
      vi.advanceTimersByTime(45)
      timer.received()
    }
    expect(codes).toEqual([])
    vi.advanceTimersByTime(52)
    expect(codes).toEqual(['idle_timeout'])
  })

  test.each([
    ['connect_timeout', () => {}],
    ['first_byte_timeout', (timer) => timer.connected()],
    ['idle_timeout', (timer) => timer.received()],
  ] as [string, (timer: PhaseTimer) => void][])('%s, once and not before its time', (code, enter) => {
    const { timer, codes } = watch({ connect: 100, first_byte: 100, idle: 100 })
    enter(timer)
    vi.advanceTimersByTime(99)
    expect(codes).toEqual([])
    vi.advanceTimersByTime(10_000)
    expect(codes).toEqual([code])
  })

  test('0 is no limit', () => {
    const { timer, codes } = watch({ connect: 100 })
    timer.connected()
    vi.advanceTimersByTime(1_000_000)
    timer.received()
    vi.advanceTimersByTime(1_000_000)
    expect(codes).toEqual([])
  })

  test('while it is paused nothing runs out, and resumed it starts anew', () => {
    const { timer, codes } = watch({ connect: 100, idle: 100 })
    timer.received()
    vi.advanceTimersByTime(90)
    timer.pause()
    vi.advanceTimersByTime(1_000)
    timer.resume()
    vi.advanceTimersByTime(90)
    expect(codes).toEqual([])
    vi.advanceTimersByTime(20)
    expect(codes).toEqual(['idle_timeout'])
  })

  test('while it is paused, a chunk that comes all the same starts nothing', () => {
    const { timer, codes } = watch({ connect: 100, first_byte: 100, idle: 100 })
    timer.pause()
    timer.connected()
    timer.received()
    vi.advanceTimersByTime(1_000)
    expect(codes).toEqual([])
    timer.resume()
    vi.advanceTimersByTime(101)
    expect(codes).toEqual(['idle_timeout'])
  })

  test.each([100, 0])('what had come before the timer could fire counts, with an idle limit of %i', (idle) => {
    const { timer, codes } = watch({ connect: 100, idle })
    // The event loop was blocked: its sockets are read behind its timers, and before its immediates.
    setTimeout(() => timer.received(), 100)
    vi.advanceTimersByTime(150)
    expect(codes).toEqual([])
  })

  test('stopped, it leaves no timer behind', () => {
    const { timer } = watch({ connect: 100, idle: 100 })
    timer.received()
    timer.stop()
    timer.received()
    timer.resume()
    expect(vi.getTimerCount()).toBe(0)
  })
})
