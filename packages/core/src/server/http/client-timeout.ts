import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { proxyError } from '../../errors.ts'
import type { OpenExchange } from '../exchange/open-exchange.ts'

/** How long a client says that it waits. */
export interface ClientTimeout {
  milliseconds: number
  /** For its whole answer, or for the first of it. */
  until: 'ended' | 'begun'
}

/**
 * A request's own `timeout`, in seconds. In the body it is for the whole answer, and it is taken out: no upstream knows
 * it. The SDKs' header is the time they wait for the answer's status line. Throws a ProxyError (400).
 */
export function takeClientTimeout(
  body: unknown,
  headers: IncomingHttpHeaders,
): { body: unknown; clientTimeout: ClientTimeout | undefined } {
  if (typeof body === 'object' && body !== null && 'timeout' in body && !Array.isArray(body)) {
    const { timeout, ...rest } = body
    return { body: rest, clientTimeout: ofBody(timeout) ?? ofHeader(headers) }
  }
  return { body, clientTimeout: ofHeader(headers) }
}

function ofBody(timeout: unknown): ClientTimeout | undefined {
  if (timeout === null) return undefined
  if (typeof timeout === 'number' && timeout > 0) return { milliseconds: timeout * 1000, until: 'ended' }
  throw proxyError('invalid_value', "'timeout' must be a number of seconds greater than 0.", { param: 'timeout' })
}

function ofHeader(headers: IncomingHttpHeaders): ClientTimeout | undefined {
  const seconds = Number(headers['x-stainless-timeout'] ?? Number.NaN)
  return seconds > 0 && Number.isFinite(seconds) ? { milliseconds: seconds * 1000, until: 'begun' } : undefined
}

/** Ends an exchange when its client waits no longer, where that is before `timeouts.total`. */
export function limitTime(
  { milliseconds, until }: ClientTimeout,
  exchange: OpenExchange,
  response: ServerResponse,
): void {
  exchange.after(milliseconds, () => {
    if (until === 'begun' && response.headersSent) return
    const message = `The answer took more than the ${milliseconds} ms of the request's own timeout.`
    exchange.interrupt(proxyError('total_timeout', message))
  })
}
