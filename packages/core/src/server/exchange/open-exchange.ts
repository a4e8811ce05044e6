import { longestTimer } from '../../config/schema.ts'
import type { ProxyError } from '../../contract/error.ts'
import { proxyError } from '../../errors.ts'

/** A request that is being served, and what may end it from outside: its client, the time, the end of the proxy. */
export class OpenExchange {
  readonly id: string
  /** It goes on when the client has left. */
  survivesClient = false
  /** Where it stands among the open ones. */
  place = 0
  #interruption: ProxyError | undefined
  #listener: ((error: ProxyError) => void) | undefined
  #rejections: ((error: ProxyError) => void)[] = []
  readonly #timers: NodeJS.Timeout[] = []

  /** `limit`: `timeouts.total`. */
  constructor(id: string, limit: number) {
    this.id = id
    if (limit <= 0) return
    this.after(limit, () =>
      this.interrupt(proxyError('total_timeout', `The answer took more than ${limit} ms (timeouts.total).`)),
    )
  }

  /** The error that ended it from outside. The first one counts. */
  get interruption(): ProxyError | undefined {
    return this.#interruption
  }

  interrupt(error: ProxyError): void {
    if (this.#interruption) return
    this.#interruption = error
    const waiting = this.#rejections
    this.#rejections = []
    for (const reject of waiting) reject(error)
    this.#listener?.(error)
  }

  /** At most one listener at a time. */
  onInterrupt(listener: (error: ProxyError) => void): void {
    this.#listener = listener
  }

  /** A promise that settles as `work` does, or rejects as soon as the exchange is interrupted. */
  until<Result>(work: Promise<Result>): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    work.then(resolve, reject)
    if (this.#interruption) reject(this.#interruption)
    else this.#rejections.push(reject)
    return promise
  }

  /** Resolves after so many milliseconds, or as soon as the exchange is interrupted: with the error then. */
  wait(milliseconds: number): Promise<ProxyError | undefined> {
    const { promise, resolve } = Promise.withResolvers<ProxyError | undefined>()
    const pause = setTimeout(() => resolve(undefined), milliseconds)
    this.until(promise).catch((error: ProxyError) => {
      clearTimeout(pause)
      resolve(error)
    })
    return promise
  }

  /** Calls back after so many milliseconds, if it is still open by then. */
  after(milliseconds: number, callback: () => void): void {
    this.#timers.push(setTimeout(callback, Math.min(milliseconds, longestTimer)))
  }

  /** It has ended. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#listener = undefined
    this.#rejections = []
  }
}

/**
 * The exchanges that are open. Each knows its place: a Set that changes with every request is rebuilt time and again, and
 * each of its former tables keeps in V8's old space what it held.
 */
export class OpenExchanges {
  readonly #all: OpenExchange[] = []

  get size(): number {
    return this.#all.length
  }

  add(exchange: OpenExchange): void {
    exchange.place = this.#all.push(exchange) - 1
  }

  remove(exchange: OpenExchange): void {
    const last = this.#all.pop()
    if (last === undefined || last === exchange) return
    last.place = exchange.place
    this.#all[exchange.place] = last
  }

  interrupt(error: ProxyError): void {
    // One that ends is removed at once.
    for (const exchange of [...this.#all]) exchange.interrupt(error)
  }
}
