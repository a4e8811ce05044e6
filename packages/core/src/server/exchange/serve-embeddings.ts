import type { EmbeddingsAnswer, EmbeddingsRequest } from '../../contract/embeddings.ts'
import { parseEmbeddings } from '../../endpoints/embeddings.ts'
import { countTokens, loadTokenizer } from '../../pipeline/token-counter.ts'
import type { App } from '../app.ts'
import { callerOf } from '../http/caller.ts'
import { readJson } from '../http/read-json.ts'
import type { CountedRequest } from '../http/route.ts'
import { passHeaders, sendJson, setHeader } from '../http/send-json.ts'
import { serveReported } from '../http/serve-reported.ts'
import { callJson } from '../upstream/call-json.ts'
import { droppedParameters } from './plan.ts'

/** `POST /v1/embeddings`. */
export function serveEmbeddings(counted: CountedRequest, app: App): Promise<void> {
  return serveReported('/v1/embeddings', counted, app, async () => {
    await embed(counted, app)
    return undefined
  })
}

async function embed({ request, response, exchange }: CountedRequest, app: App): Promise<void> {
  const { config, upstream, forwarder } = app
  const embeddings = parseEmbeddings(await exchange.until(readJson(request, config.limits.body)))
  if (!upstream.nativeUsage) loadTokenizer()
  const call = upstream.embeddings(embeddings, { user: callerOf(request, config).user })
  const dropped = droppedParameters([call])
  if (dropped.length > 0) setHeader(response, 'x-argo-dropped-parameters', dropped.join(', '))
  const answer = await callJson(call, forwarder, config.limits.answer, {
    exchange,
    retries: config.retries,
    onAnswer: (headers) => passHeaders(headers, response),
    onRetry: (count) => setHeader(response, 'x-argo-retries', String(count)),
  })
  if (!upstream.nativeUsage) setHeader(response, 'x-argo-usage', 'estimated')
  sendJson(response, 200, upstream.nativeUsage ? answer : { ...answer, usage: estimate(embeddings) })
}

/** An estimate, for an upstream that does not say. Tokens as input need none. */
function estimate({ input }: EmbeddingsRequest): EmbeddingsAnswer['usage'] {
  const tokens = input.reduce((sum, one) => sum + (typeof one === 'string' ? countTokens(one) : one.length), 0)
  return { prompt_tokens: tokens, total_tokens: tokens }
}
