import type { IncomingMessage, ServerResponse } from 'node:http'
import type { App } from '../app.ts'
import type { OpenExchange } from '../exchange/open-exchange.ts'
import type { Live } from '../service.ts'

export interface Incoming {
  request: IncomingMessage
  response: ServerResponse
  /** What stands in the path for the route's parameter, decoded; empty where it has none. */
  parameter: string
  live: Live
}

/** A request that keeps the upstream busy: limited in number and time, and ended when its client leaves. */
export interface CountedRequest extends Incoming {
  exchange: OpenExchange
}

interface RoutePlace {
  method: 'GET' | 'POST' | 'DELETE'
  /** Without a query; may hold one parameter, as in `/v1/models/{id}`. */
  path: string
  /** The parameter as the source of a regular expression. */
  parameter?: string
}

export type Route = RoutePlace &
  (
    | { serve(incoming: Incoming, app: App): void | Promise<void> }
    | { serveCounted(incoming: CountedRequest, app: App): Promise<void> }
  )
