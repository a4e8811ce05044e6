import type { UpstreamConfig } from '../config/schema.ts'
import type { UpstreamCallKind } from '../contract/exchange.ts'
import type { ChatRequest } from '../contract/request.ts'
import type { AnswerCall, CallContext, Upstream } from '../contract/upstream.ts'
import { writeWithLongTexts } from '../wire/long-texts.ts'
import { checkCallCount, conversationsOf } from './conversations.ts'
import { familyOf } from './family.ts'
import { callHeaders } from './headers.ts'
import { writeChatBody } from './openai/chat-body.ts'
import { promptsOf, writeCompletionBody } from './openai/completion-body.ts'
import { decodeComplete } from './openai/decode-complete.ts'
import { decodeStream } from './openai/decode-stream.ts'
import { readEmbeddings, writeEmbeddings } from './openai/embeddings.ts'
import { readModels } from './openai/models.ts'
import { readUpstreamError } from './read-error.ts'

/** Any server that speaks OpenAI's API: vLLM, Ollama, llama.cpp, OpenAI itself, ARGO's own `/v1`. */
export function createOpenAIUpstream(config: UpstreamConfig): Upstream {
  const base = config.base_url.replace(/\/+$/, '').replace(/\/chat\/completions$/, '')
  const urls = {
    'chat-completions': new URL(`${base}/chat/completions`),
    completions: new URL(`${base}/completions`),
    embeddings: new URL(`${base}/embeddings`),
    models: new URL(`${base}/models`),
  }
  const { origin } = urls.models
  const headers = callHeaders(config)
  let listed: ReadonlySet<string> | undefined

  function answer(request: ChatRequest, kind: UpstreamCallKind, context: CallContext): AnswerCall[] {
    const prompts = promptsOf(request)
    const format = prompts ? 'completions' : 'chat-completions'
    const conversations = prompts ? [] : conversationsOf(request)
    checkCallCount(conversations.length, request)
    const bodies = prompts
      ? [writeCompletionBody(request, prompts)]
      : conversations.map((messages) => writeChatBody({ ...request, messages }))
    const asUser = config.send_user && context.user !== undefined ? { user: context.user } : undefined
    return bodies.map(
      (body, index): AnswerCall => ({
        method: 'POST',
        url: urls[format],
        headers,
        body: writeWithLongTexts({ ...body, ...(kind === 'stream' && streamFields(request)), ...asUser }),
        firstChoice: index * (request.n ?? 1),
        decode: () => (kind === 'stream' ? decodeStream(format, origin) : decodeComplete(format, origin)),
        ...(context.endpoint === format && { format }),
      }),
    )
  }

  return {
    kind: 'openai',
    origin: config.base_url,
    nativeTools: config.native_tools ?? true,
    nativeResponseFormat: true,
    nativeStop: true,
    nativeUsage: true,
    family: familyOf,
    answer,
    embeddings: (request, context) => ({
      method: 'POST',
      url: urls.embeddings,
      headers,
      body: writeWithLongTexts(
        writeEmbeddings(request, config.send_user ? (context.user ?? request.user) : request.user),
      ),
      read: (body) => readEmbeddings(request, origin, body),
    }),
    models: () => ({
      method: 'GET',
      url: urls.models,
      headers,
      read(body) {
        const models = readModels(body)
        listed = new Set(models.map(({ id }) => id))
        return models
      },
    }),
    knowsModel: (name) => listed?.has(name),
    native({ method, path, body }) {
      if (config.responses !== 'native' || !path.startsWith('/v1/responses')) return undefined
      const url = new URL(`${base}${path.slice('/v1'.length)}`)
      return { method, url, headers, ...(body && { body: writeWithLongTexts(body) }) }
    },
    readError: (status, answerHeaders, body) => readUpstreamError(origin, status, answerHeaders, body),
  }
}

/** Usage is asked for only where the client did: some servers refuse the option. */
function streamFields({ includeUsage }: ChatRequest): object {
  return includeUsage ? { stream: true, stream_options: { include_usage: true } } : { stream: true }
}
