import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { toProxyError } from '../errors.ts'
import type { App } from './app.ts'
import { answerBrokenRequest } from './broken-request.ts'
import { createCors } from './cors.ts'
import { sendError } from './reply.ts'
import { requestId } from './request-id.ts'
import { match, routesOf } from './routes.ts'

/** The HTTP server. Every fault of a handler becomes an answer in OpenAI's form; none ends the process. */
export function createProxyServer(app: App): Server {
  const routes = routesOf(app)
  const cors = createCors(app.config.cors)
  const server = createServer({ keepAliveTimeout: 65_000, noDelay: true }, (request, response) => {
    const id = requestId(request.headers['x-request-id'])
    response.setHeader('x-request-id', id)
    if (!cors(request, response)) void serve(request, response, id)
  })
  server.on('clientError', answerBrokenRequest)

  async function serve(request: IncomingMessage, response: ServerResponse, id: string): Promise<void> {
    try {
      const { route, parameter } = match(routes, request)
      await route.serve({ request, response, id, parameter }, app)
    } catch (thrown) {
      const error = toProxyError(thrown)
      if (error.status >= 500) app.log.error('failed', { id, code: error.code, error: error.message })
      sendError(response, error)
    }
  }

  return server
}
