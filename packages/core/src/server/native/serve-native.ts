import type { UpstreamCall } from '../../contract/upstream.ts'
import { proxyError } from '../../errors.ts'
import { isRecord } from '../../record.ts'
import type { App } from '../app.ts'
import { chooseModel } from '../exchange/model-choice.ts'
import { callerOf } from '../http/caller.ts'
import { limitTime, takeClientTimeout } from '../http/client-timeout.ts'
import { readJson } from '../http/read-json.ts'
import type { CountedRequest } from '../http/route.ts'
import { setHeader } from '../http/send-json.ts'
import { serveReported } from '../http/serve-reported.ts'
import { passOn } from './native-call.ts'
import { BytesReply, ResponseReply } from './native-reply.ts'

/** A path that passes to the upstream: made here of what the routes know, never the client's own text. */
export interface NativePath {
  method: UpstreamCall['method']
  path: string
  hasBody: boolean
}

type Body = Record<string, unknown>

/** ARGO's own endpoints. Throws a 404 where the upstream has no such endpoint. */
export function serveNative(asked: NativePath, counted: CountedRequest, app: App): Promise<void> {
  return serveReported(asked.path, counted, app, async () => {
    const body = await readBody(asked, counted, app)
    return passOn(callFor(asked, body, counted, app), (client) => new BytesReply(client), counted, app)
  })
}

/** Responses that the upstream makes and keeps itself. */
export function serveNativeResponse(
  asked: NativePath,
  query: URLSearchParams,
  counted: CountedRequest,
  app: App,
): Promise<void> {
  return serveReported(asked.path, counted, app, async () => {
    const body = await readBody(asked, counted, app)
    if (body) await fillIn(body, counted, app)
    const wantsStream = body?.stream === true || query.get('stream') === 'true'
    const search = query.toString()
    const path = search ? `${asked.path}?${search}` : asked.path
    const call = callFor({ ...asked, path }, body, counted, app)
    return passOn(call, (client) => new ResponseReply(client, wantsStream), counted, app)
  })
}

function callFor(
  { method, path }: NativePath,
  body: Body | undefined,
  { request }: CountedRequest,
  { upstream, config }: App,
): UpstreamCall {
  const call = upstream.native?.({ method, path, ...(body && { body }) }, { user: callerOf(request, config).user })
  if (!call) throw proxyError('unknown_url', `An upstream of the kind ${upstream.kind} has no ${path}.`)
  return call
}

/** The request's body without what is meant for the proxy: how long its client waits, which counts from here on. */
async function readBody(
  { hasBody }: NativePath,
  { request, response, exchange }: CountedRequest,
  { config }: App,
): Promise<Body | undefined> {
  const value = hasBody ? await exchange.until(readJson(request, config.limits.body)) : undefined
  const { body, clientTimeout } = takeClientTimeout(value, request.headers)
  if (clientTimeout) limitTime(clientTimeout, exchange, response)
  if (!hasBody) return undefined
  if (isRecord(body)) return body
  throw proxyError('invalid_type', "The request's body must be a JSON object.")
}

/** What the configuration says of every request's body. It is this request's own, and its long texts stay as they came. */
async function fillIn(body: Body, { request, response, exchange }: CountedRequest, app: App): Promise<void> {
  const { model } = body
  const { user } = callerOf(request, app.config)
  if (app.config.upstream.send_user && user !== undefined) body.user = user
  if (typeof model !== 'string') return
  body.model = await exchange.until(chooseModel(model, app))
  if (body.model !== model) setHeader(response, 'x-argo-model', String(body.model))
}
