import type { UpstreamConfig } from '../config/schema.ts'
import type { UpstreamCallKind } from '../contract/exchange.ts'
import type { ChatRequest } from '../contract/request.ts'
import type { AnswerCall, CallContext, Upstream } from '../contract/upstream.ts'
import { proxyError } from '../errors.ts'
import { writeWithLongTexts } from '../wire/long-texts.ts'
import { writeConversation, writeFields } from './argo/body.ts'
import { decodeResponse } from './argo/decode-response.ts'
import { decodeText } from './argo/decode-text.ts'
import { embeddingPrompt, readEmbeddings } from './argo/embeddings.ts'
import { unsupported } from './argo/fields.ts'
import { publicModels, readModelRows } from './argo/model-list.ts'
import { createModelRegistry } from './argo/model-registry.ts'
import { quirksOf } from './argo/quirks.ts'
import { argoUrls } from './argo/urls.ts'
import { checkCallCount, conversationsOf } from './conversations.ts'
import { familyOf } from './family.ts'
import { callHeaders } from './headers.ts'
import { readUpstreamError } from './read-error.ts'

/**
 * Argonne's ARGO gateway: complete answers as JSON, streams as bare text. Names of models are resolved by a built-in
 * table and, once `models()` was read, by the gateway's own list.
 */
export function createArgoUpstream(config: UpstreamConfig): Upstream {
  const urls = argoUrls(config)
  const { origin } = urls.chat
  const headers = callHeaders(config)
  const registry = createModelRegistry()
  const nativeTools = config.native_tools ?? false

  function answer(request: ChatRequest, kind: UpstreamCallKind, context: CallContext): AnswerCall[] {
    const user = accountOf(context)
    const offersTools = (request.tools?.length ?? 0) > 0
    if (offersTools && !nativeTools && request.toolChoice?.type !== 'none') {
      throw unsupported('tools', 'turn on the plugin `tools`, or `upstream.native_tools`')
    }
    const native = offersTools && nativeTools
    const internal = registry.resolve(request.model)
    const quirks = quirksOf(internal)
    // Calls of native tools come in the complete answer only; some models answer only in the stream.
    const complete = native || (kind === 'complete' && !quirks.streamsAlways)
    const { fields, dropped } = writeFields(request, quirks, complete)
    const conversations = conversationsOf(request)
    const times = request.n ?? 1
    checkCallCount(conversations.length * times, request)
    const bodies = conversations.map((messages) =>
      writeWithLongTexts({
        user,
        model: internal,
        ...writeConversation(request, messages, internal, quirks, native),
        ...fields,
      }),
    )
    const decode = complete ? () => decodeResponse(request.model, origin) : () => decodeText(request.model)
    return bodies.flatMap((body, index) =>
      Array.from({ length: times }, (_, turn) => ({
        method: 'POST' as const,
        url: complete ? urls.chat : urls.stream,
        headers,
        body,
        chunksMatter: !complete,
        firstChoice: index * times + turn,
        decode,
        dropped,
      })),
    )
  }

  return {
    kind: 'argo',
    origin: config.base_url,
    nativeTools,
    nativeResponseFormat: false,
    nativeStop: false,
    nativeUsage: false,
    family: familyOf,
    answer,
    embeddings: (request, context) => {
      const body = {
        user: accountOf(context),
        model: registry.resolve(request.model),
        prompt: embeddingPrompt(request),
      }
      return {
        method: 'POST',
        url: urls.embed,
        headers,
        body: JSON.stringify(body),
        read: (answered) => readEmbeddings(request, origin, answered),
        dropped: Object.keys(request.extra),
      }
    },
    models: () => ({
      method: 'GET',
      url: urls.models,
      headers,
      read: (body) => {
        const rows = readModelRows(body)
        registry.learn(rows)
        return publicModels(rows)
      },
    }),
    knowsModel: (name) => registry.knows(name),
    native: ({ path, body }, context) => {
      const url = path === '/v1/embed' ? urls.embed : body?.stream === true ? urls.stream : urls.chat
      if (path !== '/v1/chat' && path !== '/v1/embed') return undefined
      return { method: 'POST', url, headers, body: writeWithLongTexts({ ...body, user: accountOf(context) }) }
    },
    readError: (status, answerHeaders, body) => readUpstreamError(origin, status, answerHeaders, body),
  }
}

/** ARGO demands an account name with every request. */
function accountOf({ user }: CallContext): string {
  if (user !== undefined && user !== '') return user
  throw proxyError('authentication_required', 'ARGO wants an account name: set `user` in the configuration.')
}
