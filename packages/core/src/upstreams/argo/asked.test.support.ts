import { type UpstreamConfig, upstreamSchema } from '../../config/schema.ts'
import type { ChatRequest, Message } from '../../contract/request.ts'
import type { AnswerCall } from '../../contract/upstream.ts'
import { isRecord } from '../../record.ts'
import { createArgoUpstream } from '../argo.ts'
import { type JsonObject, parseJson } from '../json.ts'

export function upstream(config: Partial<UpstreamConfig> = {}) {
  return createArgoUpstream({ ...upstreamSchema.parse({ base_url: 'https://argo.test/argoapi' }), ...config })
}

export function request(fields: Partial<ChatRequest> = {}): ChatRequest {
  const messages: Message[] = [{ role: 'user', content: 'Hi' }]
  return { model: 'argo:gpt-4o', messages, stream: false, includeUsage: false, extra: {}, ...fields }
}

export function calls(
  fields: Partial<ChatRequest>,
  kind: 'stream' | 'complete' = 'complete',
  native = false,
): AnswerCall[] {
  return upstream({ native_tools: native }).answer(request(fields), kind, { user: 'ada' })
}

export function bodyOf(call: AnswerCall | undefined): JsonObject {
  const body = parseJson(String(call?.body ?? ''))
  if (!isRecord(body)) throw new Error(`no body: ${call?.body}`)
  return body
}

export function body(fields: Partial<ChatRequest>, native = false): JsonObject {
  return bodyOf(calls(fields, 'complete', native)[0])
}
