import type { ProxyError } from '../contract/error.ts'
import { proxyError } from '../errors.ts'

/** A request that is being served, and what may end it from outside: its client, the time, the end of the proxy. */
export interface OpenExchange {
  readonly id: string
  /** The error that ended it from outside. The first one counts. */
  readonly interruption: ProxyError | undefined
  interrupt(error: ProxyError): void
  /** At most one listener at a time. */
  onInterrupt(listener: (error: ProxyError) => void): void
  /** The same promise; rejects as soon as the exchange is interrupted. */
  until<Result>(work: Promise<Result>): Promise<Result>
  /** Resolves after so many milliseconds, or as soon as the exchange is interrupted: with the error then. */
  wait(milliseconds: number): Promise<ProxyError | undefined>
  /** It goes on when the client has left. */
  survivesClient: boolean
  /** Calls back after so many milliseconds, if it is still open by then. */
  after(milliseconds: number, callback: () => void): void
  /** It has ended. */
  close(): void
}

/** `limit`: `timeouts.total`. */
export function openExchange(id: string, limit: number): OpenExchange {
  let interruption: ProxyError | undefined
  let listener: ((error: ProxyError) => void) | undefined
  let rejections: ((error: ProxyError) => void)[] = []
  const timers: NodeJS.Timeout[] = []
  if (limit > 0) timers.push(setTimeout(onTimeUp, limit))

  function onTimeUp(): void {
    interrupt(proxyError('total_timeout', `The answer took more than ${limit} ms (timeouts.total).`))
  }

  function interrupt(error: ProxyError): void {
    if (interruption) return
    interruption = error
    const waiting = rejections
    rejections = []
    for (const reject of waiting) reject(error)
    listener?.(error)
  }

  function until<Result>(work: Promise<Result>): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    work.then(resolve, reject)
    if (interruption) reject(interruption)
    else rejections.push(reject)
    return promise
  }

  return {
    id,
    get interruption() {
      return interruption
    },
    interrupt,
    onInterrupt(next) {
      listener = next
    },
    until,
    survivesClient: false,
    wait(milliseconds) {
      const { promise, resolve } = Promise.withResolvers<ProxyError | undefined>()
      const pause = setTimeout(() => resolve(undefined), milliseconds)
      until(promise).catch((error: ProxyError) => {
        clearTimeout(pause)
        resolve(error)
      })
      return promise
    },
    after: (milliseconds, callback) => void timers.push(setTimeout(callback, Math.min(milliseconds, longestTimer))),
    close() {
      for (const timer of timers) clearTimeout(timer)
      listener = undefined
      rejections = []
    },
  }
}

/** A longer one would fire at once. */
const longestTimer = 2 ** 31 - 1
