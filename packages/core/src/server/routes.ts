import type { IncomingMessage, ServerResponse } from 'node:http'
import { deleteResponse, listInputItems, retrieveResponse } from '../endpoints/stored-responses.ts'
import { proxyError } from '../errors.ts'
import type { App } from './app.ts'
import { serveEmbeddings } from './embeddings.ts'
import { serveExchange } from './exchange.ts'
import { serveHealth, serveReady } from './health.ts'
import { serveModel, serveModels, serveRefresh } from './models.ts'
import { serveNative } from './native.ts'
import type { OpenExchange } from './open-exchange.ts'
import { sendJson, sendJsonText } from './reply.ts'
import { serverInfo } from './server-info.ts'
import type { Live } from './service.ts'

export interface Incoming {
  request: IncomingMessage
  response: ServerResponse
  /** What the route's pattern captured, decoded. */
  parameter: string
  live: Live
}

/** A request that keeps the upstream busy: limited in number and time, and ended when its client leaves. */
export interface CountedRequest extends Incoming {
  exchange: OpenExchange
}

interface RoutePlace {
  method: 'GET' | 'POST' | 'DELETE'
  /** The whole path without its query, or a pattern of it. */
  path: string | RegExp
}

export type Route = RoutePlace &
  (
    | { serve(incoming: Incoming, app: App): void | Promise<void> }
    | { serveCounted(incoming: CountedRequest, app: App): Promise<void> }
  )

/** Every path that is served. */
export function routesOf(app: App): Route[] {
  const native = app.config.upstream.responses === 'native'
  const endpoints = app.endpoints.filter(({ name }) => !(native && name === 'responses'))
  return [
    ...endpoints.map<Route>((endpoint) => ({
      method: 'POST',
      path: endpoint.path,
      serveCounted: (incoming) => serveExchange(incoming, endpoint, app),
    })),
    ...(native ? nativeResponses : storedResponses),
    {
      method: 'POST',
      path: '/v1/embeddings',
      serveCounted: serveEmbeddings,
    },
    { method: 'GET', path: '/v1/models', serve: ({ response }) => serveModels(response, app) },
    {
      method: 'GET',
      path: /^\/v1\/models\/(.+)$/,
      serve: ({ response, parameter }) => serveModel(parameter, response, app),
    },
    { method: 'POST', path: '/refresh', serve: ({ response }) => serveRefresh(response, app) },
    nativeRoute('POST', '/v1/chat'),
    nativeRoute('POST', '/v1/embed'),
    { method: 'GET', path: '/health', serve: serveHealth },
    { method: 'GET', path: '/ready', serve: serveReady },
    { method: 'GET', path: '/version', serve: ({ response }) => sendJson(response, 200, serverInfo.version) },
    { method: 'GET', path: '/', serve: ({ response }) => sendJson(response, 200, serverInfo.overview(app)) },
  ]
}

/** An id may stand in a path that goes upstream: it holds nothing that means something there. */
const storedResponse = /^\/v1\/responses\/([\w-]{1,128})$/
const inputItems = /^\/v1\/responses\/([\w-]{1,128})\/input_items$/

/** Responses that this proxy has made. */
const storedResponses: Route[] = [
  {
    method: 'GET',
    path: storedResponse,
    serve: async ({ response, parameter }, { responses }) =>
      sendJsonText(response, 200, await retrieveResponse(responses, parameter)),
  },
  {
    method: 'DELETE',
    path: storedResponse,
    serve: async ({ response, parameter }, { responses }) =>
      sendJson(response, 200, await deleteResponse(responses, parameter)),
  },
  {
    method: 'GET',
    path: inputItems,
    serve: async ({ request, response, parameter }, { responses }) =>
      sendJson(response, 200, await listInputItems(responses, parameter, queryOf(request))),
  },
]

/** Responses that the upstream makes and keeps itself. */
const nativeResponses: Route[] = [
  nativeRoute('POST', '/v1/responses'),
  nativeRoute('GET', storedResponse),
  nativeRoute('DELETE', storedResponse),
  nativeRoute('GET', inputItems),
]

function nativeRoute(method: Route['method'], path: Route['path']): Route {
  return {
    method,
    path,
    serveCounted(incoming, app) {
      const { request } = incoming
      const query = queryOf(request).toString()
      return serveNative(method, pathOf(request.url ?? '') + (query ? `?${query}` : ''), incoming, app)
    },
  }
}

interface Match {
  route: Route
  parameter: string
}

/** Finds the route of a request, and what its path holds. Throws a ProxyError: 404 or 405. */
export type Matcher = (request: IncomingMessage) => Match

/** The routes with a fixed path are looked up by it as it stands, which is how nearly all are asked. */
export function matcher(routes: readonly Route[]): Matcher {
  const fixed = new Map<string, Match>()
  for (const route of routes) {
    if (typeof route.path === 'string') fixed.set(`${route.method} ${route.path}`, { route, parameter: '' })
  }
  return ({ method = '', url = '' }) => fixed.get(`${method} ${url}`) ?? match(routes, method, url)
}

function match(routes: readonly Route[], method: string, url: string): Match {
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
