import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { http } from '../../on-demand.ts'
import { said } from '../exchange/report.ts'
import type { Live } from '../service.ts'
import { borrowCapacity } from '../shared-capacity.ts'
import { answerBrokenRequest } from './broken-request.ts'
import { guardConnections } from './connections.ts'
import { requestId } from './request-id.ts'
import { sendThrown } from './send-json.ts'
import { serveCounted } from './serve-counted.ts'

/** The HTTP server. Every fault of a handler becomes an answer in OpenAI's form; none ends the process. */
export function createProxyServer(live: Live): Server {
  const { timeouts, limits } = live.service.app.config
  /** The last answer on each connection: one at a time, unless a client pipelines. */
  const current = new WeakMap<Duplex, ServerResponse>()
  const server = http.createServer(
    {
      keepAliveTimeout: 65_000,
      noDelay: true,
      // A client's machine that vanishes while it waits for minutes is noticed.
      keepAlive: true,
      keepAliveInitialDelay: 30_000,
      maxHeaderSize: limits.headers,
      headersTimeout: timeouts.request_headers,
      requestTimeout: timeouts.request,
      connectionsCheckingInterval: checkingInterval(timeouts.request_headers),
    },
    onRequest,
  )
  server.on('clientError', (error, socket) => answerBrokenRequest(error, socket, current.get(socket)))
  server.on('checkContinue', onExpectation)
  guardConnections(server, limits.connections)

  function onRequest(request: IncomingMessage, response: ServerResponse): void {
    current.set(request.socket, response)
    const id = requestId(request.headers['x-request-id'])
    response.setHeader('x-request-id', id)
    void serve(request, response, id)
  }

  /** A body that is too large is refused before it is sent. */
  function onExpectation(request: IncomingMessage, response: ServerResponse): void {
    const { body } = live.service.app.config.limits
    if (!(Number(request.headers['content-length']) > body)) response.writeContinue()
    onRequest(request, response)
  }

  async function serve(request: IncomingMessage, response: ServerResponse, id: string): Promise<void> {
    const { service } = live
    const { app } = service
    try {
      if (service.cors(request, response)) return
      const { route, parameter } = service.match(request)
      const incoming = { request, response, parameter, live }
      if ('serve' in route) return await route.serve(incoming, app)
      if (app.peers && live.count >= live.capacity) {
        await borrowCapacity(live, app.peers)
        if (response.destroyed || request.socket.destroyed) return
      }
      await serveCounted(id, incoming, service, (counted) => route.serveCounted(counted, app))
    } catch (thrown) {
      const error = sendThrown(response, thrown)
      if (error.status >= 500) app.log.error('failed', { id, ...said(error), cause: error.cause })
    }
  }

  return server
}

/** Node looks at its connections that often: slow ones live as much longer. */
function checkingInterval(limit: number): number {
  return limit === 0 ? 30_000 : Math.min(5_000, Math.max(100, limit / 4))
}
