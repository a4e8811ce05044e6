import { isRecord } from '../record.ts'

/** What the canned answers look at in a request of either wire. */
export interface Conversation {
  /** Every system text. */
  instructions: string
  /** The user's last words. */
  prompt: string
  /** The result of a tool that came after the model's last turn; absent where there is none. */
  toolResult?: string
}

const prompted = /<tool_(response|result)\b[^>]*>([\s\S]*?)<\/tool_\1>/g

/** Reads `messages`, or ARGO's `system` and `prompt`. */
export function readConversation(fields: Record<string, unknown>): Conversation {
  const messages = messagesOf(fields)
  const system = messages.filter(({ role }) => role === 'system' || role === 'developer')
  const lastTurn = messages.findLastIndex(({ role }) => role === 'assistant' || role === 'model')
  const sinceThen = messages.slice(lastTurn + 1)
  const results = sinceThen.flatMap(({ role, text, results }) => {
    if (role === 'tool' || role === 'function') return [text]
    return [...results, ...[...text.matchAll(prompted)].map((match) => match[2] ?? '')]
  })
  const spoken = messages.filter(({ role, text }) => role === 'user' && text.replace(prompted, '').trim() !== '')
  const conversation: Conversation = {
    instructions: system.map(({ text }) => text).join('\n'),
    prompt: spoken.at(-1)?.text.trim() ?? '',
  }
  if (results.length > 0 && lastTurn !== -1) conversation.toolResult = results.join('\n').trim()
  return conversation
}

interface Turn {
  role: string
  text: string
  /** Results of tools that stand among the parts of the content, in Anthropic's or Google's form. */
  results: string[]
}

function messagesOf(fields: Record<string, unknown>): Turn[] {
  const turns: Turn[] = []
  if (typeof fields.system === 'string') turns.push({ role: 'system', text: fields.system, results: [] })
  const prompts = typeof fields.prompt === 'string' ? [fields.prompt] : fields.prompt
  if (Array.isArray(prompts)) turns.push({ role: 'user', text: prompts.map(textOf).join('\n'), results: [] })
  if (!Array.isArray(fields.messages)) return turns
  for (const message of fields.messages) {
    if (!isRecord(message)) continue
    const results = Array.isArray(message.content) ? message.content.flatMap(resultOf) : []
    turns.push({ role: String(message.role), text: textOf(message.content), results })
  }
  return turns
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part) => (isRecord(part) && typeof part.text === 'string' ? part.text : '')).join('')
}

function resultOf(part: unknown): string[] {
  if (!isRecord(part)) return []
  if (part.type === 'tool_result') return [textOf(part.content)]
  const answered = part.functionResponse ?? part.function_response
  return isRecord(answered) ? [JSON.stringify(answered.response ?? null)] : []
}
