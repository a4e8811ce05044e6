import type { ChatRequest, Content, Message, ModelFamily, SystemMessage } from 'argo-proxy'
import { renderHistory } from './history.ts'
import { offeredTools } from './offered-tools.ts'
import { type JsonFormat, responseFormatPrompt } from './response-format-prompt.ts'
import { toolPrompt } from './tool-prompt.ts'

/** The request for a wire without tools: they are put into the prompt, and earlier calls and results become text. */
export function promptedRequest(request: ChatRequest, family: ModelFamily): ChatRequest {
  const { tools: _tools, toolChoice: _choice, parallelToolCalls: _parallel, ...rest } = request
  const offered = offeredTools(request)
  const messages = hasToolHistory(request) ? renderHistory(request.messages) : request.messages
  const prompt = offered.size > 0 ? toolPrompt(offered, request, family) : undefined
  return { ...rest, messages: prompt === undefined ? messages : withInstructions(messages, prompt) }
}

/**
 * The same without stop sequences, which would cut the text of a call: the proxy applies those that a rewrite has left out
 * to the text that the calls leave.
 */
export function withoutStop(request: ChatRequest): ChatRequest {
  const { stop: _, ...rest } = request
  return rest
}

/** The request for a wire without response formats: the format is put into the prompt. */
export function promptedFormat(request: ChatRequest, format: JsonFormat): ChatRequest {
  const { responseFormat: _, ...rest } = request
  return { ...rest, messages: withInstructions(request.messages, responseFormatPrompt(format)) }
}

export function hasToolHistory({ messages }: ChatRequest): boolean {
  return messages.some(
    (message) => message.role === 'tool' || (message.role === 'assistant' && message.toolCalls?.length),
  )
}

/** Adds the instructions to the first system message, or as a new one in front. */
function withInstructions(messages: readonly Message[], instructions: string): Message[] {
  const index = messages.findIndex(isSystem)
  const system = messages[index]
  if (!system || !isSystem(system)) return [{ role: 'system', content: instructions }, ...messages]
  return messages.with(index, { ...system, content: appended(system.content, `\n\n${instructions}`) })
}

function isSystem(message: Message): message is SystemMessage {
  return message.role === 'system' || message.role === 'developer'
}

function appended(content: Content, text: string): Content {
  return typeof content === 'string' ? (content + text).trimStart() : [...content, { type: 'text', text }]
}
