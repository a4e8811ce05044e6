import { parseEmbeddings } from '../endpoints/embeddings.ts'
import type { App } from './app.ts'
import { callJson } from './call-json.ts'
import { callerOf } from './caller.ts'
import { passHeaders } from './pass-headers.ts'
import { readJson } from './read-json.ts'
import { sendJson, setHeader } from './reply.ts'
import type { CountedRequest } from './routes.ts'

/** `POST /v1/embeddings`. */
export async function serveEmbeddings({ request, response, exchange }: CountedRequest, app: App): Promise<void> {
  const { config, upstream, forwarder } = app
  const embeddings = parseEmbeddings(await exchange.until(readJson(request, config.limits.body)))
  const call = upstream.embeddings(embeddings, { user: callerOf(request, config).user })
  const answer = await callJson(call, forwarder, config.limits.answer, {
    exchange,
    retries: config.retries,
    onAnswer: (headers) => passHeaders(headers, response),
    onRetry: (count) => setHeader(response, 'x-argo-retries', String(count)),
  })
  sendJson(response, 200, answer)
}
