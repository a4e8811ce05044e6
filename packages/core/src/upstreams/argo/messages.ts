import type { Message, ToolCall, ToolMessage } from '../../contract/request.ts'
import type { LongText } from '../../wire/long-texts.ts'
import { textOfContent, writeText, writeUserContent } from './content.ts'
import type { Quirks } from './quirks.ts'

/** A message on ARGO's wire. */
export interface ArgoMessage {
  role: string
  content: string | LongText | object[]
  [field: string]: unknown
}

/** How tool calls and their results are written into the history. */
export interface ToolHistory {
  calls(text: string, calls: readonly ToolCall[]): ArgoMessage
  results(
    messages: readonly { message: ToolMessage; text: string }[],
    names: ReadonlyMap<string, string>,
  ): ArgoMessage[]
}

/** Throws a ProxyError (400) that names the part which the wire cannot carry. */
export function writeMessages(messages: readonly Message[], quirks: Quirks, history: ToolHistory): ArgoMessage[] {
  const written: ArgoMessage[] = []
  const names = new Map<string, string>()
  let results: { message: ToolMessage; text: string }[] = []
  const flush = () => {
    if (results.length > 0) written.push(...history.results(results, names))
    results = []
  }
  for (const [index, message] of messages.entries()) {
    const place = `messages[${index}].content`
    if (message.role === 'tool') {
      results.push({ message, text: textOfContent(message.content, place) })
      continue
    }
    flush()
    switch (message.role) {
      case 'system':
      case 'developer':
        // The gateway breaks on `developer`: it adds fields that the vendor then refuses.
        written.push({ role: quirks.instructions, content: writeText(message, place) })
        break
      case 'user':
        written.push({ role: 'user', content: writeUserContent(message, place, quirks.images) })
        break
      case 'assistant': {
        const calls = message.toolCalls ?? []
        for (const call of calls) names.set(call.id, call.name)
        const text = writeText(message, place) || (message.refusal ?? '')
        written.push(calls.length > 0 ? history.calls(String(text), calls) : { role: 'assistant', content: text })
      }
    }
  }
  flush()
  return written
}

/** Calls and results as plain words, for a model that is offered no tools now. */
export const spokenToolHistory: ToolHistory = {
  calls: (text, calls) => {
    const spoken = calls.map(({ name, arguments: json }) => `[I called the tool ${name} with ${json || '{}'}]`)
    return { role: 'assistant', content: [text, ...spoken].filter(Boolean).join('\n\n') }
  },
  results: (messages, names) => {
    const spoken = messages.map(({ message, text }) => {
      const name = names.get(message.toolCallId) ?? message.name
      return `[Result of the tool${name ? ` ${name}` : ''}]\n${text}`
    })
    return [{ role: 'user', content: spoken.join('\n\n') }]
  },
}
