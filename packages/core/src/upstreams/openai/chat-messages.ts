import type { Content, ContentPart, Message, ToolCall } from '../../contract/request.ts'
import type { JsonObject } from '../json.ts'

/** A message in the form of Chat Completions, with every field that the client sent. */
export function writeMessage(message: Message): JsonObject {
  const { role, name, extra } = message
  const written: JsonObject = { role, content: message.content === null ? null : writeContent(message.content) }
  if (name !== undefined) written.name = name
  if (message.role === 'tool') written.tool_call_id = message.toolCallId
  if (message.role === 'assistant') {
    if (message.refusal !== undefined) written.refusal = message.refusal
    if (message.reasoning !== undefined) written.reasoning_content = message.reasoning
    if (message.toolCalls?.length) written.tool_calls = message.toolCalls.map(writeToolCall)
  }
  return extra ? { ...written, ...extra } : written
}

function writeContent(content: Content): string | JsonObject[] {
  return typeof content === 'string' ? content : content.map(writePart)
}

function writePart(part: ContentPart): JsonObject {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text, ...part.extra }
    case 'refusal':
      return { type: 'refusal', refusal: part.refusal }
    case 'image': {
      const image = part.detail === undefined ? { url: part.url } : { url: part.url, detail: part.detail }
      return { type: 'image_url', image_url: image, ...part.extra }
    }
    case 'other':
      return part.value
  }
}

function writeToolCall({ id, name, arguments: json, extra }: ToolCall): JsonObject {
  return { id, type: 'function', function: { name, arguments: json }, ...extra }
}
