import type { IncomingMessage, ServerResponse } from 'node:http'
import { deleteResponse, listInputItems, retrieveResponse } from '../endpoints/stored-responses.ts'
import { proxyError } from '../errors.ts'
import type { App } from './app.ts'
import { serveEmbeddings } from './embeddings.ts'
import { serveExchange } from './exchange.ts'
import { serveModel, serveModels, serveRefresh } from './models.ts'
import { servePassthrough } from './native-passthrough.ts'
import { sendJson, sendJsonText } from './reply.ts'
import { serverInfo } from './server-info.ts'

export interface Incoming {
  request: IncomingMessage
  response: ServerResponse
  id: string
  /** What the route's pattern captured, decoded. */
  parameter: string
}

export interface Route {
  method: 'GET' | 'POST' | 'DELETE'
  /** The whole path without its query, or a pattern of it. */
  path: string | RegExp
  serve(incoming: Incoming, app: App): void | Promise<void>
}

/** Every path that is served. */
export function routesOf(app: App): Route[] {
  return [
    ...app.endpoints.map<Route>((endpoint) => ({
      method: 'POST',
      path: endpoint.path,
      serve: ({ request, response, id }) => serveExchange(request, response, id, endpoint, app),
    })),
    {
      method: 'POST',
      path: '/v1/embeddings',
      serve: ({ request, response }) => serveEmbeddings(request, response, app),
    },
    { method: 'GET', path: '/v1/models', serve: ({ response }) => serveModels(response, app) },
    {
      method: 'GET',
      path: /^\/v1\/models\/(.+)$/,
      serve: ({ response, parameter }) => serveModel(parameter, response, app),
    },
    {
      method: 'GET',
      path: /^\/v1\/responses\/([^/]+)$/,
      serve: async ({ response, parameter }) =>
        sendJsonText(response, 200, await retrieveResponse(app.responses, parameter)),
    },
    {
      method: 'DELETE',
      path: /^\/v1\/responses\/([^/]+)$/,
      serve: async ({ response, parameter }) => sendJson(response, 200, await deleteResponse(app.responses, parameter)),
    },
    {
      method: 'GET',
      path: /^\/v1\/responses\/([^/]+)\/input_items$/,
      serve: async ({ request, response, parameter }) =>
        sendJson(response, 200, await listInputItems(app.responses, parameter, queryOf(request))),
    },
    { method: 'POST', path: '/refresh', serve: ({ response }) => serveRefresh(response, app) },
    {
      method: 'POST',
      path: '/v1/chat',
      serve: ({ request, response }) => servePassthrough('chat', request, response, app),
    },
    {
      method: 'POST',
      path: '/v1/embed',
      serve: ({ request, response }) => servePassthrough('embed', request, response, app),
    },
    { method: 'GET', path: '/health', serve: ({ response }) => sendJson(response, 200, { status: 'ok' }) },
    { method: 'GET', path: '/version', serve: ({ response }) => sendJson(response, 200, serverInfo.version) },
    { method: 'GET', path: '/', serve: ({ response }) => sendJson(response, 200, serverInfo.overview(app)) },
  ]
}

/** The route of a request, and what its path holds. Throws a ProxyError: 404 or 405. */
export function match(
  routes: readonly Route[],
  { method = '', url = '' }: IncomingMessage,
): { route: Route; parameter: string } {
  const path = pathOf(url)
  const samePath = routes.flatMap((route) => {
    if (typeof route.path === 'string') return route.path === path ? [{ route, parameter: '' }] : []
    const found = route.path.exec(path)
    return found ? [{ route, parameter: found[1] ?? '' }] : []
  })
  const [first] = samePath
  if (!first) throw proxyError('unknown_url', `Unknown request URL: ${method} ${path}. See GET / for what is served.`)
  const wanted = method === 'HEAD' ? 'GET' : method
  const found = samePath.find(({ route }) => route.method === wanted)
  if (found) return found
  const allow = samePath.map(({ route }) => route.method).join(', ')
  throw proxyError('method_not_allowed', `Not allowed: ${method} ${path} (${allow} is).`, { headers: { allow } })
}

/** Without query and trailing slash, percent-decoded; cut to what may stand in an error's message. */
function pathOf(url: string): string {
  const path = url.split('?', 1)[0] ?? ''
  try {
    return decodeURIComponent(path.length > 1 ? path.replace(/\/+$/, '') : path).slice(0, 256)
  } catch {
    return path.slice(0, 256)
  }
}

function queryOf({ url = '' }: IncomingMessage): URLSearchParams {
  return new URLSearchParams(url.split('?', 2)[1] ?? '')
}
