import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { proxyError } from '../errors.ts'
import type { App } from './app.ts'
import { callerOf } from './caller.ts'
import { readJson } from './read-json.ts'
import { sendError } from './reply.ts'

const bodySchema = z.record(z.string(), z.unknown())

/**
 * `POST /v1/chat` and `/v1/embed`: ARGO's own endpoints, for scripts that speak them. Bytes pass as they come; a body that
 * breaks off breaks off for the client too, since the wire has no way to say it.
 */
export async function servePassthrough(
  endpoint: 'chat' | 'embed',
  request: IncomingMessage,
  response: ServerResponse,
  { config, upstream, forwarder }: App,
): Promise<void> {
  if (!upstream.native) throw proxyError('unknown_url', "This endpoint is ARGO's own, and the upstream is not ARGO.")
  const body = bodySchema.safeParse(await readJson(request, config.limits.body))
  if (!body.success) throw proxyError('invalid_type', "The request's body must be a JSON object.")
  const call = upstream.native(endpoint, body.data, { user: callerOf(request, config).user })
  const ended = Promise.withResolvers<void>()
  const running = forwarder.call(call, {
    onAnswer({ statusCode = 200, headers }) {
      response.writeHead(statusCode, { 'content-type': headers['content-type'] ?? 'application/octet-stream' })
      response.flushHeaders()
    },
    onData(chunk) {
      if (!response.write(chunk)) running.pause()
    },
    onEnd(outcome) {
      if (outcome === 'complete') response.end()
      else if (typeof outcome === 'object' && !response.headersSent) sendError(response, outcome)
      else response.destroy()
      ended.resolve()
    },
  })
  response.on('drain', () => running.resume())
  response.on('close', () => {
    running.abort()
    ended.resolve()
  })
  return ended.promise
}
