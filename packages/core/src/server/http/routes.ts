import { deleteResponse, listInputItems, retrieveResponse } from '../../endpoints/stored-responses.ts'
import type { App } from '../app.ts'
import { serveEmbeddings } from '../exchange/serve-embeddings.ts'
import { serveExchange } from '../exchange/serve-exchange.ts'
import { type NativePath, serveNative, serveNativeResponse } from '../native/serve-native.ts'
import { serveHealth, serveReady } from './health.ts'
import { serveModel, serveModels, serveRefresh } from './models.ts'
import type { Route } from './route.ts'
import { queryOf } from './route-matcher.ts'
import { sendJson, sendJsonText } from './send-json.ts'
import { overview, versionInfo } from './server-info.ts'

/** Every path that is served. */
export function routesOf(app: App): Route[] {
  const native = app.config.upstream.responses === 'native'
  const endpoints = app.endpoints.filter(({ name }) => !(native && name === 'responses'))
  const routes: Route[] = [
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
      path: '/v1/models/{id}',
      parameter: '.+',
      serve: ({ response, parameter }) => serveModel(parameter, response, app),
    },
    { method: 'POST', path: '/refresh', serve: ({ response }) => serveRefresh(response, app) },
    ...(app.upstream.kind === 'argo' ? [nativeRoute('/v1/chat'), nativeRoute('/v1/embed')] : []),
    { method: 'GET', path: '/health', serve: serveHealth },
    { method: 'GET', path: '/ready', serve: serveReady },
    { method: 'GET', path: '/version', serve: ({ response }) => sendJson(response, 200, versionInfo) },
    { method: 'GET', path: '/', serve: ({ response }) => sendJson(response, 200, overview(app, routes)) },
  ]
  return routes
}

/** An id may stand in a path that goes upstream: it holds nothing that means something there, and is more than dots. */
const id = String.raw`(?!\.+(?:/|$))[\w.~:=+-]+`

/** The place of what lies below one response. */
function ofResponse(below = ''): Pick<Route, 'path' | 'parameter'> {
  return { path: `/v1/responses/{id}${below}`, parameter: id }
}

/** Responses that this proxy has made. */
const storedResponses: Route[] = [
  {
    method: 'GET',
    ...ofResponse(),
    serve: async ({ request, response, parameter }, { responses }) =>
      sendJsonText(response, 200, await retrieveResponse(responses, parameter, queryOf(request))),
  },
  {
    method: 'DELETE',
    ...ofResponse(),
    serve: async ({ response, parameter }, { responses }) =>
      sendJson(response, 200, await deleteResponse(responses, parameter)),
  },
  {
    method: 'GET',
    ...ofResponse('/input_items'),
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
    ...ofResponse(below),
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
