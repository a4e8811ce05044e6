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

/** Watches the phases of one upstream call with a single timer. */
export function phaseTimer(limits: PhaseLimits, onTimeout: (error: ProxyError) => void): PhaseTimer {
  let phase: keyof PhaseLimits | 'stopped' = 'connect'
  let timer: NodeJS.Timeout | undefined
  arm()

  function arm(): void {
    clearTimeout(timer)
    timer = undefined
    if (phase !== 'stopped' && limits[phase] > 0) timer = setTimeout(expire, limits[phase])
  }

  function expire(): void {
    if (phase !== 'stopped') onTimeout(timeoutError(phase, limits[phase]))
  }

  function enter(next: typeof phase): void {
    phase = next
    arm()
  }

  return {
    connected() {
      if (phase === 'connect') enter('first_byte')
    },
    received() {
      if (phase === 'idle') timer?.refresh()
      else if (phase !== 'stopped') enter('idle')
    },
    pause: () => clearTimeout(timer),
    resume: arm,
    stop: () => enter('stopped'),
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
