import type { IncomingMessage } from 'node:http'
import { isRecord } from '../config/record.ts'
import type { ProxyError } from '../contract/error.ts'
import type { UpstreamCall } from '../contract/format.ts'
import { proxyError } from '../errors.ts'
import { disconnected } from '../pipeline/call-end.ts'
import { headerOf } from '../upstreams/passed-headers.ts'
import type { App } from './app.ts'
import { callerOf } from './caller.ts'
import { type NativeEvents, nativeEvents } from './native-events.ts'
import { readJson } from './read-json.ts'
import { passHeaders, sendError } from './reply.ts'
import type { CountedRequest } from './routes.ts'
import type { CallHandlers } from './running-call.ts'

/**
 * A request that passes to the upstream as it is. The answer's bytes pass as they come; where they are events, an error
 * follows them that breaks them off. Any other body that breaks off breaks off for the client too, since it is not known
 * here how its wire would say so. Throws a 404 where the upstream has no such endpoint.
 */
export async function serveNative(
  method: UpstreamCall['method'],
  path: string,
  { request, response, exchange }: CountedRequest,
  { config, upstream, forwarder }: App,
): Promise<void> {
  const body = method === 'POST' ? await exchange.until(readObject(request, config.limits.body)) : undefined
  const call = upstream.native?.({ method, path, body }, { user: callerOf(request, config).user })
  if (!call) throw proxyError('unknown_url', `An upstream of the kind ${upstream.kind} has no ${path}.`)
  const ended = Promise.withResolvers<void>()
  const { answer: limit } = config.limits
  /** Of what is held of an event that has not ended. */
  const budget = { left: limit, limit }
  let events: NativeEvents | undefined

  /** The answer has begun and is not whole. */
  function breakOff(error: ProxyError): void {
    if (events) response.end(events.failure(error))
    else response.destroy()
  }

  const handlers: CallHandlers = {
    onAnswer(headers, status) {
      const type = headerOf(headers, 'content-type') ?? 'application/octet-stream'
      if (type.startsWith('text/event-stream')) events = nativeEvents()
      passHeaders(headers, response)
      response.writeHead(status, { 'content-type': type })
      response.flushHeaders()
    },
    onData(chunk) {
      const bytes = events ? events.take(chunk) : chunk
      if (bytes === undefined) return
      budget.left = limit
      if (response.write(bytes)) return
      running.pause()
      response.setTimeout(config.timeouts.stalled_client)
    },
    onEnd(outcome) {
      if (outcome === 'complete') response.end(events?.rest())
      else if (events?.isOver()) response.end()
      else if (typeof outcome !== 'object') breakOff(disconnected())
      else if (response.headersSent) breakOff(outcome)
      else sendError(response, outcome)
      ended.resolve()
    },
  }
  const running = forwarder.call(call, handlers, budget)
  response.on('drain', () => {
    response.setTimeout(0)
    running.resume()
  })
  exchange.onInterrupt((error) => {
    running.abort()
    if (response.headersSent) breakOff(error)
    else sendError(response, error)
    ended.resolve()
  })
  return ended.promise
}

async function readObject(request: IncomingMessage, limit: number): Promise<Record<string, unknown>> {
  const body = await readJson(request, limit)
  if (isRecord(body)) return body
  throw proxyError('invalid_type', "The request's body must be a JSON object.")
}
