import type { CircuitBreakerPolicy, CircuitState } from 'cockatiel'
import type { CircuitBreakerSettings } from '../../config/schema.ts'
import { ProxyError } from '../../contract/error.ts'
import type { Logger } from '../../contract/exchange.ts'
import { proxyError } from '../../errors.ts'
import { onDemand } from '../../on-demand.ts'
import { said } from '../exchange/report.ts'

/** One call that was let through. The first of the three counts. */
export interface Permit {
  /** The upstream answers: it is alive, whatever it says. */
  succeed(): void
  /** It cannot be reached, is silent, or fails by its own word. */
  fail(error: ProxyError): void
  /** Nobody waits any more: nothing was learnt. A probe that leaves makes the next call the probe. */
  leave(): void
}

export interface Circuit {
  readonly state: 'closed' | 'open' | 'half-open' | 'off'
  /** The permit of a call, or why there is none. */
  enter(): Permit | ProxyError
}

/** The library's numbers, known without it: closed, open, half open, isolated. */
const states: Readonly<Record<CircuitState, Circuit['state']>> = { 0: 'closed', 1: 'open', 2: 'half-open', 3: 'open' }

/**
 * The circuit breaker of an upstream. Streams last for minutes, so a call is judged by its first byte, not by its end.
 * While it is half open, one call is the probe and the others are refused; a probe that is merely slow (a model that
 * thinks) has reached the upstream and counts as a success after `open_for`.
 */
export function createCircuit(settings: CircuitBreakerSettings, origin: string, log: Logger): Circuit {
  const { enabled, failures, open_for: openFor } = settings
  if (!enabled) return { state: 'off', enter: () => freePermit }
  let policy: CircuitBreakerPolicy | undefined
  let openedAt = 0
  let last: ProxyError | undefined
  /** Whether the last call that succeeded or failed has failed. */
  let failing = false
  /** While the circuit is half open and its probe has left: the library's call, which still waits for an outcome. */
  let vacant: Probe | undefined

  function createPolicy(): CircuitBreakerPolicy {
    const { circuitBreaker, ConsecutiveBreaker, handleWhen } = onDemand.cockatiel()
    const created = circuitBreaker(
      handleWhen((error) => error instanceof ProxyError),
      { halfOpenAfter: openFor, breaker: new ConsecutiveBreaker(failures) },
    )
    created.onBreak(() => {
      openedAt = Date.now()
      log.warn('circuit open: the upstream fails, its calls are refused', {
        upstream: origin,
        openFor,
        ...(last && said(last)),
      })
    })
    created.onHalfOpen(() => log.info('circuit half open: one call is let through', { upstream: origin }))
    created.onReset(() => log.info('circuit closed: the upstream answers again', { upstream: origin }))
    return created
  }

  function state(): Circuit['state'] {
    return policy === undefined ? 'closed' : states[policy.state]
  }

  function refusal(): ProxyError {
    const seconds = Math.max(1, Math.ceil((openedAt + openFor - Date.now()) / 1000))
    const reason = last ? ` The last failure: ${last.message}` : ''
    const message = `The upstream has failed ${failures} times in a row and is left alone for a moment (circuit_breaker).${reason}`
    return proxyError('circuit_open', message, { headers: { 'retry-after': String(seconds) } })
  }

  /** The library is told what may change its mind: a failure, and the success that ends a row of them. */
  function tell(error?: ProxyError): void {
    // A call that began before the circuit opened says nothing of the upstream as it is now.
    if (state() !== 'closed') return
    policy ??= createPolicy()
    policy.execute(() => (error ? Promise.reject(error) : Promise.resolve())).catch(() => {})
  }

  /** What a call says while the circuit is closed. */
  const closed: Permit = {
    succeed() {
      if (failing) tell()
      failing = false
    },
    fail(error) {
      failing = true
      last = error
      tell(error)
    },
    leave() {},
  }

  function probePermit(probe: Probe): Permit {
    const permit = new FirstWord({
      succeed() {
        clearTimeout(slow)
        probe.resolve()
      },
      fail(error) {
        clearTimeout(slow)
        last = error
        probe.reject(error)
      },
      leave() {
        clearTimeout(slow)
        vacant = probe
      },
    })
    const slow = setTimeout(() => permit.succeed(), openFor).unref()
    return permit
  }

  function enter(): Permit | ProxyError {
    if (policy === undefined || state() === 'closed') return new FirstWord(closed)
    const probe = state() === 'half-open' ? vacant : newProbe(policy)
    vacant = undefined
    return probe ? probePermit(probe) : refusal()
  }

  return {
    get state() {
      return state()
    },
    enter,
  }
}

/** The library's call whose outcome closes or opens the circuit. */
type Probe = PromiseWithResolvers<void>

/** `undefined` where the circuit has not been open for long enough. */
function newProbe(policy: CircuitBreakerPolicy): Probe | undefined {
  const probe: Probe = Promise.withResolvers<void>()
  let admitted = false
  // The function is called synchronously, or not at all.
  policy
    .execute(() => {
      admitted = true
      return probe.promise
    })
    .catch(() => {})
  return admitted ? probe : undefined
}

/** Passes on the first thing that is said, and no more. */
class FirstWord implements Permit {
  #told: Permit | undefined

  constructor(told: Permit) {
    this.#told = told
  }

  succeed(): void {
    this.#take()?.succeed()
  }

  fail(error: ProxyError): void {
    this.#take()?.fail(error)
  }

  leave(): void {
    this.#take()?.leave()
  }

  #take(): Permit | undefined {
    const told = this.#told
    this.#told = undefined
    return told
  }
}

const freePermit: Permit = { succeed: () => {}, fail: () => {}, leave: () => {} }
