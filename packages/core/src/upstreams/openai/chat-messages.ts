import type { Content, ContentPart, Message, ToolCall } from '../../contract/request.ts'
import { longTextOf } from '../../wire/long-texts.ts'
import type { JsonObject } from '../json.ts'

/** A message in the form of Chat Completions, with every field that the client sent. */
export function writeMessage(message: Message): JsonObject {
  const { role, name, extra } = message
  const written: JsonObject = { role, content: longTextOf(message, 'content') ?? writeContent(message.content) }
  if (name !== undefined) written.name = name
  if (message.role === 'tool') written.tool_call_id = message.toolCallId
  if (message.role === 'assistant') {
    if (message.refusal !== undefined) written.refusal = message.refusal
    if (message.reasoning !== undefined) written.reasoning_content = message.reasoning
    if (message.toolCalls?.length) written.tool_calls = message.toolCalls.map(writeToolCall)
  }
  return extra ? { ...written, ...extra } : written
}

function writeContent(content: Content | null): string | JsonObject[] | null {
  return Array.isArray(content) ? content.map(writePart) : content
}

function writePart(part: ContentPart): JsonObject {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: longTextOf(part, 'text') ?? part.text, ...part.extra }
    case 'refusal':
      return { type: 'refusal', refusal: part.refusal }
    case 'image': {
      const url = longTextOf(part, 'url') ?? part.url
      const image = part.detail === undefined ? { url } : { url, detail: part.detail }
      return { type: 'image_url', image_url: image, ...part.extra }
    }
    case 'other':
      return part.value
  }
}

function writeToolCall({ id, name, arguments: json, extra }: ToolCall): JsonObject {
  return { id, type: 'function', function: { name, arguments: json }, ...extra }
}
