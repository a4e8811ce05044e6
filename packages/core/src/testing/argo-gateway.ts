import { type Answer, jsonAnswer } from './answer.ts'
import { demoAnswer } from './demo-answer.ts'
import { readConversation } from './demo-conversation.ts'
import { demoEmbedding } from './demo-embedding.ts'
import { toolsOfField } from './demo-tools.ts'
import { type GatewayModel, gatewayModels } from './gateway-models.ts'
import { nativeToolCall } from './native-tool-calls.ts'
import { fieldsOf, type RecordedRequest } from './recorded-request.ts'
import { startTestServer, type TestServer, type TestServerOptions } from './test-server.ts'

/** How the embedded gateway answers. Without options: canned texts, at once. */
export interface ArgoGatewayOptions extends TestServerOptions {
  /**
   * What the model says: a text, or what stands under `response` (`{ content, tool_calls }`). In the streaming call
   * an object's `content` is streamed.
   */
  reply?: (request: RecordedRequest) => string | Record<string, unknown>
  /** How a streamed text is cut. Default: at every few bytes, also inside a character, as the real gateway does. */
  chunks?: (text: string) => (string | Uint8Array)[]
  /** Answers chat and embedding calls with this status and a short text. For a certain body use `answer`. */
  status?: number
  /** Accounts that get the notice instead of an answer. Default `['unknown']`. */
  unknownUsers?: readonly string[]
  /** The form of the model list: `newer` (default) `{data: [{id: display, internal_id}]}`, `older` a bare list. */
  modelList?: 'newer' | 'older'
  models?: readonly GatewayModel[]
}

export type ArgoGateway = TestServer

/** What the gateway says, with status 200, to an account that it does not know. */
export const accountNotice =
  '⚠️ **AUTHENTICATION NOTICE FROM ARGO** ⚠️\n\nThe user "unknown" is not a known account. Send your own account name.'

/**
 * Starts a gateway on 127.0.0.1 that speaks ARGO's wire: `resource/chat/`, `resource/streamchat/` (raw text),
 * `resource/embed/` and `models/`, below `<url>/api/v1/` or any other path. Answers are canned.
 */
export function startArgoGateway(options: ArgoGatewayOptions = {}): Promise<ArgoGateway> {
  const models = options.models ?? gatewayModels
  return startTestServer(options, (request) => {
    const path = request.url.replace(/\?.*/, '').replace(/\/*$/, '/')
    if (path.endsWith('/models/')) return modelList(models, options.modelList)
    if (request.method !== 'POST') return textAnswer('405: Method Not Allowed', 405)
    if (path.endsWith('/resource/embed/')) return embed(request, models, options)
    if (path.endsWith('/resource/chat/')) return chat(request, models, options, 'complete')
    if (path.endsWith('/resource/streamchat/')) return chat(request, models, options, 'stream')
    return jsonAnswer({ detail: 'Not Found' }, 404)
  })
}

function chat(
  request: RecordedRequest,
  models: readonly GatewayModel[],
  options: ArgoGatewayOptions,
  kind: 'complete' | 'stream',
): Answer {
  const fields = fieldsOf(request)
  const refused = refuse(fields, options)
  if (refused) return refused
  const model = models.find(({ internal, dimensions }) => internal === fields.model && dimensions === undefined)
  if (!model && !options.reply) return unknownModel(fields.model)
  const known = !(options.unknownUsers ?? ['unknown']).includes(String(fields.user))
  const response = known ? (options.reply?.(request) ?? cannedResponse(fields, model)) : accountNotice
  if (kind === 'complete') return jsonAnswer({ response })
  const text = typeof response === 'string' ? response : String(response.content ?? '')
  return {
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    chunks: (options.chunks ?? cutBytes)(text),
  }
}

function cannedResponse(
  fields: Record<string, unknown>,
  model: GatewayModel | undefined,
): string | Record<string, unknown> {
  const tools = toolsOfField(fields.tools)
  const { text, call } = demoAnswer(readConversation(fields), tools)
  if (tools.length === 0) return text
  return { content: text, tool_calls: call ? [nativeToolCall(model?.owner ?? 'openai', call)] : [] }
}

function embed(request: RecordedRequest, models: readonly GatewayModel[], options: ArgoGatewayOptions): Answer {
  const fields = fieldsOf(request)
  const refused = refuse(fields, options)
  if (refused) return refused
  const dimensions = models.find(({ internal }) => internal === fields.model)?.dimensions
  if (dimensions === undefined) return unknownModel(fields.model)
  if (!Array.isArray(fields.prompt)) return jsonAnswer({ detail: "Field 'prompt' must be a list of strings" }, 400)
  return jsonAnswer({ embedding: fields.prompt.map((text) => demoEmbedding(String(text), dimensions)) })
}

function refuse(fields: Record<string, unknown>, options: ArgoGatewayOptions): Answer | undefined {
  if (options.status !== undefined) {
    return textAnswer(`Error: the gateway was told to answer ${options.status}.`, options.status)
  }
  if (typeof fields.user !== 'string' || fields.user === '') {
    return jsonAnswer({ detail: "Missing required field: 'user'" }, 400)
  }
  return undefined
}

function unknownModel(model: unknown): Answer {
  return textAnswer(`Error: model '${String(model)}' was not found.`, 404)
}

function modelList(models: readonly GatewayModel[], form: ArgoGatewayOptions['modelList'] = 'newer'): Answer {
  if (form === 'older') {
    return jsonAnswer(models.map(({ internal, display }) => ({ id: internal, model_name: display })))
  }
  const data = models.map(({ internal, display, owner }) => ({
    id: display,
    internal_id: internal,
    object: 'model',
    owned_by: owner,
  }))
  return jsonAnswer({ object: 'list', data })
}

function textAnswer(text: string, status: number): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, chunks: [text] }
}

/** Pieces of a few bytes; a cut may fall inside a character. */
function cutBytes(text: string): Uint8Array[] {
  const bytes = Buffer.from(text)
  const lengths = [9, 14, 5, 21, 11]
  const pieces: Uint8Array[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const end = at + (lengths[turn % lengths.length] ?? 1)
    pieces.push(bytes.subarray(at, end))
    at = end
  }
  return pieces
}
