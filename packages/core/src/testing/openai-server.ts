import { type Answer, jsonAnswer } from './answer.ts'
import { demoEmbedding } from './demo-embedding.ts'
import { completeChat, type Streaming, streamChat } from './openai-chat.ts'
import { completeCompletion, completionChoices, promptTexts, streamCompletion } from './openai-completion.ts'
import { cannedMessage, countUsage, cutAtStop, cutWords, type OpenAIMessage } from './openai-message.ts'
import { fieldsOf, type RecordedRequest } from './recorded-request.ts'
import { startTestServer, type TestServer, type TestServerOptions } from './test-server.ts'

export type { OpenAIMessage } from './openai-message.ts'

/** How the OpenAI-compatible test server answers. Without options: canned texts, at once. */
export interface OpenAIServerOptions extends TestServerOptions {
  /** What the model says: a text, or the fields of an assistant message. */
  reply?: (request: RecordedRequest) => string | OpenAIMessage
  /** How a streamed text is cut; each piece becomes one frame and one chunk of HTTP. Default: word by word. */
  chunks?: (text: string) => string[]
  /** Answers every call but the model list with this status and an error of OpenAI's shape. */
  status?: number
  /** The key that is wanted as `Authorization: Bearer ...`; others get a 401. Default: none is wanted. */
  apiKey?: string
  /** The names that are served; others get a 404. Default: every name is, and the list has three. */
  models?: readonly string[]
}

export type OpenAIServer = TestServer

/**
 * Starts a server on 127.0.0.1 that speaks OpenAI's API below `<url>/v1`: chat completions and legacy completions
 * (stream and not, native tools, usage), embeddings, models. Answers are canned.
 */
export function startOpenAIServer(options: OpenAIServerOptions = {}): Promise<OpenAIServer> {
  const streaming: Streaming = { cut: options.chunks ?? cutWords }
  return startTestServer(options, (request) => {
    const fields = fieldsOf(request)
    const path = request.url.replace(/[?#].*/, '').replace(/\/+$/, '')
    const { apiKey, status, models } = options
    if (apiKey !== undefined && request.headers.authorization !== `Bearer ${apiKey}`) {
      return errorAnswer(401, 'Incorrect API key provided.', 'invalid_request_error', 'invalid_api_key')
    }
    if (path.endsWith('/models')) return modelList(models ?? ['gpt-4o', 'gpt-4.1-nano', 'text-embedding-3-small'])
    if (status !== undefined) {
      return errorAnswer(status, `The server was told to answer ${status}.`, 'server_error', null)
    }
    if (models !== undefined && !models.some((name) => name === fields.model)) {
      const message = `The model \`${String(fields.model)}\` does not exist or you do not have access to it.`
      return errorAnswer(404, message, 'invalid_request_error', 'model_not_found')
    }
    if (path.endsWith('/chat/completions')) return chat(request, options, streaming)
    if (path.endsWith('/completions')) return completion(request, options, streaming)
    if (path.endsWith('/embeddings')) return embeddings(fields)
    return errorAnswer(404, `Invalid URL (${request.method} ${request.url})`, 'invalid_request_error', null)
  })
}

function chat(request: RecordedRequest, { reply }: OpenAIServerOptions, streaming: Streaming): Answer {
  const fields = fieldsOf(request)
  const said = reply ? messageOf(reply(request)) : cannedMessage(fields)
  return fields.stream === true ? streamChat(fields, said, streaming) : completeChat(fields, said)
}

function completion(request: RecordedRequest, { reply }: OpenAIServerOptions, streaming: Streaming): Answer {
  const fields = fieldsOf(request)
  const choices = completionChoices(fields, (prompt) => {
    if (reply) return messageOf(reply(request))
    return { content: cutAtStop(` is what you wrote. This is a canned completion of “${prompt}”. 🔬`, fields.stop) }
  })
  return fields.stream === true ? streamCompletion(fields, choices, streaming) : completeCompletion(fields, choices)
}

function messageOf(said: string | OpenAIMessage): OpenAIMessage {
  return typeof said === 'string' ? { content: said } : said
}

function embeddings(fields: Record<string, unknown>): Answer {
  const dimensions = typeof fields.dimensions === 'number' ? fields.dimensions : 1536
  const texts = promptTexts(fields.input)
  const data = texts.map((text, index) => {
    const vector = demoEmbedding(text, dimensions)
    const bytes = Buffer.from(Float32Array.from(vector).buffer)
    return {
      object: 'embedding',
      index,
      embedding: fields.encoding_format === 'base64' ? bytes.toString('base64') : vector,
    }
  })
  const { prompt_tokens, total_tokens } = countUsage(texts.join(''), '')
  return jsonAnswer({ object: 'list', data, model: fields.model, usage: { prompt_tokens, total_tokens } })
}

function modelList(names: readonly string[]): Answer {
  const data = names.map((id) => ({ id, object: 'model', created: 1_700_000_000, owned_by: 'demo' }))
  return jsonAnswer({ object: 'list', data })
}

function errorAnswer(status: number, message: string, type: string, code: string | null): Answer {
  return jsonAnswer({ error: { message, type, param: null, code } }, status)
}
