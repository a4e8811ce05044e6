import { isRecord } from '../../record.ts'
import type { Fields } from '../parse/fields.ts'
import type { Item } from '../response-store.ts'

/** An item as lists show it: in its full form, however short the client wrote it. It has an id already. */
export function listedItem(item: Item): Item {
  if (typeof item.role === 'string') {
    return { type: 'message', status: 'completed', ...item, content: fullContent(item.content, item.role) }
  }
  switch (item.type) {
    case 'function_call':
    case 'custom_tool_call':
      return { status: 'completed', ...item }
    case 'function_call_output':
    case 'custom_tool_call_output':
      return { status: 'completed', ...item, output: fullParts(item.output) }
    case 'reasoning':
      return { summary: [], ...item }
    default:
      return item
  }
}

function fullContent(content: unknown, role: string): unknown {
  if (typeof content !== 'string') return fullParts(content, role)
  return [fullPart({ type: role === 'assistant' ? 'output_text' : 'input_text', text: content })]
}

/** The output of a tool may also be a text alone. */
function fullParts(content: unknown, role?: string): unknown {
  if (!Array.isArray(content)) return content
  return content.map((part: unknown) => {
    if (!isRecord(part)) return part
    if (part.type !== 'text') return fullPart(part)
    return fullPart({ ...part, type: role === 'assistant' ? 'output_text' : 'input_text' })
  })
}

function fullPart(part: Fields): Fields {
  switch (part.type) {
    case 'output_text':
      return { ...part, annotations: part.annotations ?? [], logprobs: part.logprobs ?? [] }
    case 'input_image':
      return { ...part, image_url: part.image_url ?? null, detail: part.detail ?? 'auto' }
    default:
      return part
  }
}
