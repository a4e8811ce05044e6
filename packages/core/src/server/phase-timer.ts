import type { ProxyError } from '../contract/error.ts'
import { proxyError } from '../errors.ts'

/** Milliseconds; 0 is no limit. */
export interface PhaseLimits {
  connect: number
  first_byte: number
  idle: number
}

export interface PhaseTimer {
  /** The connection stands; the first byte is awaited. */
  connected(): void
  /** A chunk came; the next is awaited. */
  received(): void
  /** The client reads slowly: the upstream is not to blame for silence. */
  pause(): void
  resume(): void
  stop(): void
}

/**
 * Watches the phases of one upstream call. A phase moves the deadline; the one timer looks at it when it fires, and is only
 * set anew then, or where the deadline comes closer.
 */
export function phaseTimer(limits: PhaseLimits, onTimeout: (error: ProxyError) => void): PhaseTimer {
  let phase: keyof PhaseLimits | 'stopped' = 'connect'
  let deadline = Number.POSITIVE_INFINITY
  let firesAt = Number.POSITIVE_INFINITY
  let timer: NodeJS.Timeout | undefined
  enter('connect')

  function enter(next: keyof PhaseLimits): void {
    phase = next
    const limit = limits[next]
    const now = performance.now()
    deadline = limit > 0 ? now + limit : Number.POSITIVE_INFINITY
    if (deadline < firesAt) arm(now)
  }

  function arm(now: number): void {
    clearTimeout(timer)
    firesAt = deadline
    timer = setTimeout(look, Math.ceil(deadline - now))
  }

  function look(): void {
    const now = performance.now()
    firesAt = Number.POSITIVE_INFINITY
    if (phase === 'stopped' || deadline === Number.POSITIVE_INFINITY) return
    if (now < deadline) return arm(now)
    onTimeout(timeoutError(phase, limits[phase]))
  }

  function pause(): void {
    clearTimeout(timer)
    firesAt = Number.POSITIVE_INFINITY
  }

  return {
    connected() {
      if (phase === 'connect') enter('first_byte')
    },
    received() {
      if (phase !== 'stopped') enter('idle')
    },
    pause,
    resume() {
      if (phase !== 'stopped') enter(phase)
    },
    stop() {
      phase = 'stopped'
      pause()
    },
  }
}

function timeoutError(phase: keyof PhaseLimits, limit: number): ProxyError {
  switch (phase) {
    case 'connect':
      return proxyError('connect_timeout', `No connection to the upstream within ${limit} ms (timeouts.connect).`)
    case 'first_byte':
      return proxyError('first_byte_timeout', `No answer of the upstream within ${limit} ms (timeouts.first_byte).`)
    case 'idle':
      return proxyError('idle_timeout', `The upstream sent nothing more for ${limit} ms (timeouts.idle).`)
  }
}
