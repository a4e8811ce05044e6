import type { ChatRequest, Message } from '../../contract/request.ts'
import { familyOf } from '../family.ts'
import { checkExtraFields, unsupported } from './fields.ts'
import { spokenToolHistory, writeMessages } from './messages.ts'
import { vendorHistory, writeTools } from './native-tools.ts'
import type { OptionalField, Quirks } from './quirks.ts'
import { arrangeToolTurns } from './tool-turns.ts'

/** What a request becomes on ARGO's wire, without its messages. */
export interface ArgoFields {
  fields: Record<string, unknown>
  /** Fields of the request that were left out and may be missed. */
  dropped: string[]
}

/** The sampling and length fields of the body. Throws a ProxyError (400) for what the wire cannot carry. */
export function writeFields(request: ChatRequest, quirks: Quirks, complete: boolean): ArgoFields {
  if (request.logprobs !== undefined) throw unsupported('logprobs')
  if (request.prompts?.some((prompt) => typeof prompt !== 'string')) {
    throw unsupported('prompt', 'as tokens; send it as text')
  }
  if (request.responseFormat !== undefined && request.responseFormat.type !== 'text') {
    throw unsupported('response_format', 'ask for the form in your prompt')
  }
  const dropped = checkExtraFields(request.extra)
  if (request.seed !== undefined) dropped.push('seed')
  const fields: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(optionalFields(request))) {
    if (value === undefined) continue
    const second = field === 'top_p' && quirks.oneSampler && fields.temperature !== undefined
    if (second || quirks.refuses.some((refused) => refused === field)) {
      // The core ends the answer at the stop sequences: nothing is missed.
      if (field !== 'stop') dropped.push(field)
    } else fields[field] = value
  }
  const limit = request.maxOutputTokens ?? quirks.defaultLimit
  if (limit !== undefined) fields[quirks.limit] = complete ? Math.min(limit, quirks.completeLimit ?? limit) : limit
  return { fields, dropped }
}

/** Temperature stands before `top_p`: of the two, it is the one that is kept. */
function optionalFields(request: ChatRequest): Record<OptionalField, unknown> {
  return {
    temperature: request.temperature,
    top_p: request.topP,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
    stop: request.stop?.length ? request.stop : undefined,
    reasoning_effort: request.reasoningEffort,
  }
}

/** `messages`, and where `native` the tools in the vendor's form. */
export function writeConversation(
  request: ChatRequest,
  messages: readonly Message[],
  internal: string,
  quirks: Quirks,
  native: boolean,
): Record<string, unknown> {
  if (!native) return { messages: writeMessages(messages, quirks, spokenToolHistory) }
  const family = familyOf(internal)
  const turns = arrangeToolTurns(messages, quirks.callsOneByOne)
  return { messages: writeMessages(turns, quirks, vendorHistory(family)), ...writeTools(request, family) }
}
