import type { ProxyError } from '../contract/error.ts'
import type { App } from './app.ts'
import { type OpenExchange, OpenExchanges } from './exchange/open-exchange.ts'
import { type Cors, createCors } from './http/cors.ts'
import { type Matcher, matcher } from './http/route-matcher.ts'
import { routesOf } from './http/routes.ts'

/** A configuration at work: what serves requests, and the ones that are under way. */
export interface Service {
  readonly app: App
  readonly match: Matcher
  readonly cors: Cors
  enter(exchange: OpenExchange): void
  leave(exchange: OpenExchange): void
  /** Resolves when no exchange is open. */
  idle(): Promise<void>
  /** Ends every open exchange with this error. */
  interrupt(error: ProxyError): void
}

export function createService(app: App): Service {
  const open = new OpenExchanges()
  let waiting: (() => void)[] = []
  return {
    app,
    match: matcher(routesOf(app)),
    cors: createCors(app.config.cors),
    enter: (exchange) => open.add(exchange),
    leave(exchange) {
      open.remove(exchange)
      if (open.size > 0) return
      const now = waiting
      waiting = []
      for (const resolve of now) resolve()
    },
    idle() {
      const { promise, resolve } = Promise.withResolvers<void>()
      if (open.size === 0) resolve()
      else waiting.push(resolve)
      return promise
    },
    interrupt: (error) => open.interrupt(error),
  }
}

/** What is in service now. */
export interface Live {
  service: Service
  /** The proxy stops: nothing new is taken. */
  closing: boolean
  /** Exchanges under way, those of earlier configurations among them. */
  count: number
  /** How many there may be: `limits.exchanges`, or what this process has of it where several share it. */
  capacity: number
}
