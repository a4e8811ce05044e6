import type { ProxyError } from '../contract/error.ts'
import { proxyError } from '../errors.ts'

/** Milliseconds; 0 is no limit. */
export interface PhaseLimits {
  connect: number
  first_byte: number
  idle: number
}

/**
 * Watches the phases of one upstream call, the first of which is to connect. A phase moves the deadline; the one timer looks
 * at it when it fires, and is only set anew then, or where the deadline comes closer.
 */
export class PhaseTimer {
  readonly #limits: PhaseLimits
  readonly #onTimeout: (error: ProxyError) => void
  #phase: keyof PhaseLimits | 'stopped' = 'connect'
  #deadline = Number.POSITIVE_INFINITY
  #firesAt = Number.POSITIVE_INFINITY
  #timer: NodeJS.Timeout | undefined

  constructor(limits: PhaseLimits, onTimeout: (error: ProxyError) => void) {
    this.#limits = limits
    this.#onTimeout = onTimeout
    this.#enter('connect')
  }

  /** The connection stands; the first byte is awaited. */
  connected(): void {
    if (this.#phase === 'connect') this.#enter('first_byte')
  }

  /** A chunk came; the next is awaited. */
  received(): void {
    if (this.#phase !== 'stopped') this.#enter('idle')
  }

  /** The client reads slowly: the upstream is not to blame for silence. */
  pause(): void {
    clearTimeout(this.#timer)
    this.#firesAt = Number.POSITIVE_INFINITY
  }

  resume(): void {
    if (this.#phase !== 'stopped') this.#enter(this.#phase)
  }

  stop(): void {
    this.#phase = 'stopped'
    this.pause()
  }

  /** The timer has fired. */
  look(): void {
    const now = performance.now()
    this.#firesAt = Number.POSITIVE_INFINITY
    const phase = this.#phase
    if (phase === 'stopped' || this.#deadline === Number.POSITIVE_INFINITY) return
    if (now < this.#deadline) return this.#arm(now)
    this.#onTimeout(timeoutError(phase, this.#limits[phase]))
  }

  #enter(next: keyof PhaseLimits): void {
    this.#phase = next
    const limit = this.#limits[next]
    const now = performance.now()
    this.#deadline = limit > 0 ? now + limit : Number.POSITIVE_INFINITY
    if (this.#deadline < this.#firesAt) this.#arm(now)
  }

  #arm(now: number): void {
    clearTimeout(this.#timer)
    this.#firesAt = this.#deadline
    this.#timer = setTimeout(look, Math.ceil(this.#deadline - now), this)
  }
}

const look = (timer: PhaseTimer): void => timer.look()

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
