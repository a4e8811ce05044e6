import type { IncomingMessage, ServerResponse } from 'node:http'
import { deleteResponse, listInputItems, retrieveResponse } from '../endpoints/stored-responses.ts'
import { proxyError } from '../errors.ts'
import type { App } from './app.ts'
import { serveEmbeddings } from './embeddings.ts'
import { serveExchange } from './exchange.ts'
import { serveHealth, serveReady } from './health.ts'
import { serveModel, serveModels, serveRefresh } from './models.ts'
import { type NativePath, serveNative, serveNativeResponse } from './native.ts'
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
    nativeRoute('/v1/chat'),
    nativeRoute('/v1/embed'),
    { method: 'GET', path: '/health', serve: serveHealth },
    { method: 'GET', path: '/ready', serve: serveReady },
    { method: 'GET', path: '/version', serve: ({ response }) => sendJson(response, 200, serverInfo.version) },
    { method: 'GET', path: '/', serve: ({ response }) => sendJson(response, 200, serverInfo.overview(app)) },
  ]
}

/** An id may stand in a path that goes upstream: it holds nothing that means something there, and is more than dots. */
const id = String.raw`(?!\.+(?:/|$))[\w.~:=+-]+`

/** The path of what lies below one response; it captures the id. */
function ofResponse(below: string): RegExp {
  return new RegExp(`^/v1/responses/(${id})${below}$`)
}

const storedResponse = ofResponse('')

/** Responses that this proxy has made. */
const storedResponses: Route[] = [
  {
    method: 'GET',
    path: storedResponse,
    serve: async ({ request, response, parameter }, { responses }) =>
      sendJsonText(response, 200, await retrieveResponse(responses, parameter, queryOf(request))),
  },
  {
    method: 'DELETE',
    path: storedResponse,
    serve: async ({ response, parameter }, { responses }) =>
      sendJson(response, 200, await deleteResponse(responses, parameter)),
  },
  {
    method: 'GET',
    path: ofResponse('/input_items'),
    serve: async ({ request, response, parameter }, { responses }) =>
      sendJson(response, 200, await listInputItems(responses, parameter, queryOf(request))),
  },
]

/** Responses that the upstream makes and keeps itself. */
const nativeResponses: Route[] = [
  newResponse(''),
  newResponse('/compact'),
  newResponse('/input_tokens'),
  nativeResponse('GET', ''),
  nativeResponse('DELETE', ''),
  nativeResponse('POST', '/cancel'),
  nativeResponse('GET', '/input_items'),
]

/** An endpoint of the Responses API that takes a request for a response. */
function newResponse(below: string): Route {
  const asked: NativePath = { method: 'POST', path: `/v1/responses${below}`, hasBody: true }
  return {
    ...asked,
    serveCounted: (incoming, app) => serveNativeResponse(asked, queryOf(incoming.request), incoming, app),
  }
}

/** One that is about a response which is there. */
function nativeResponse(method: Route['method'], below: string): Route {
  return {
    method,
    path: ofResponse(below),
    serveCounted(incoming, app) {
      const path = `/v1/responses/${encodeURIComponent(incoming.parameter)}${below}`
      return serveNativeResponse({ method, path, hasBody: false }, queryOf(incoming.request), incoming, app)
    },
  }
}

/** One of ARGO's own. */
function nativeRoute(path: string): Route {
  const asked: NativePath = { method: 'POST', path, hasBody: true }
  return { ...asked, serveCounted: (incoming, app) => serveNative(asked, incoming, app) }
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
  const asked = `${method} ${path.slice(0, 256)}`
  if (!first) throw proxyError('unknown_url', `Unknown request URL: ${asked}. See GET / for what is served.`)
  const wanted = method === 'HEAD' ? 'GET' : method
  const found = samePath.find(({ route }) => route.method === wanted)
  if (found) return found
  const allow = samePath.map(({ route }) => route.method).join(', ')
  throw proxyError('method_not_allowed', `Not allowed: ${asked} (${allow} is).`, { headers: { allow } })
}

/** Without query and trailing slashes, percent-decoded. */
function pathOf(url: string): string {
  const path = withoutSlashes(url.split('?', 1)[0] ?? '')
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** In one look from the end: a pattern would try a long row of slashes from each of them on. */
function withoutSlashes(path: string): string {
  let end = path.length
  while (end > 1 && path[end - 1] === '/') end -= 1
  return path.slice(0, end)
}

function queryOf({ url = '' }: IncomingMessage): URLSearchParams {
  return new URLSearchParams(url.split('?', 2)[1] ?? '')
}
