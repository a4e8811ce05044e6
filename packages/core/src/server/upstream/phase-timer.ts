import type { ProxyError } from '../../contract/error.ts'
import { proxyError } from '../../errors.ts'

/** Milliseconds; 0 is no limit. */
export interface PhaseLimits {
  connect: number
  first_byte: number
  idle: number
}

/**
 * Watches the phases of one upstream call, the first of which is to connect. Each phase moves the deadline. There is one
 * timer: when it fires it is set again for the deadline as that stands by then, and before that only where the deadline
 * comes closer.
 */
export class PhaseTimer {
  readonly #limits: PhaseLimits
  readonly #onTimeout: (error: ProxyError) => void
  #phase: keyof PhaseLimits | 'stopped' = 'connect'
  #deadline = Number.POSITIVE_INFINITY
  #firesAt = Number.POSITIVE_INFINITY
  #paused = false
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

  /** The client reads slowly: the upstream is not to blame for silence. What still comes meanwhile changes nothing in that. */
  pause(): void {
    this.#paused = true
    this.#disarm()
  }

  resume(): void {
    this.#paused = false
    if (this.#phase !== 'stopped') this.#enter(this.#phase)
  }

  stop(): void {
    this.#phase = 'stopped'
    this.#disarm()
  }

  /**
   * The timer has fired. Where the event loop was blocked, timers come before what the sockets received meanwhile: the
   * time is up only if it still is once that has been read.
   */
  onTimer(): void {
    this.#firesAt = Number.POSITIVE_INFINITY
    const now = performance.now()
    if (this.#deadline === Number.POSITIVE_INFINITY) return
    if (now < this.#deadline) this.#arm(now)
    else setImmediate(expire, this)
  }

  /** Ends the phase if its deadline has not moved. */
  expire(): void {
    const phase = this.#phase
    if (phase === 'stopped' || this.#paused || performance.now() < this.#deadline) return
    this.#onTimeout(timeoutError(phase, this.#limits[phase]))
  }

  #enter(next: keyof PhaseLimits): void {
    this.#phase = next
    if (this.#paused) return
    const limit = this.#limits[next]
    const now = performance.now()
    this.#deadline = limit > 0 ? now + limit : Number.POSITIVE_INFINITY
    if (this.#deadline < this.#firesAt) this.#arm(now)
  }

  #arm(now: number): void {
    clearTimeout(this.#timer)
    this.#firesAt = this.#deadline
    this.#timer = setTimeout(onTimer, Math.ceil(this.#deadline - now), this)
  }

  #disarm(): void {
    clearTimeout(this.#timer)
    this.#firesAt = Number.POSITIVE_INFINITY
  }
}

const onTimer = (timer: PhaseTimer): void => timer.onTimer()
const expire = (timer: PhaseTimer): void => timer.expire()

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
