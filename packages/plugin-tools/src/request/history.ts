import type { AssistantMessage, Content, ContentPart, Message, ToolCall, ToolMessage, UserMessage } from 'argo-proxy'

/**
 * A conversation for a model that is given text only: calls are written into the assistant's messages, results into
 * user messages, each with the id and the name of the call that it answers. Nothing is left out: a result without its
 * call keeps its id, and a call without a result gets a note that says so.
 */
export function renderHistory(messages: readonly Message[]): Message[] {
  const names = new Map<string, string>()
  const answered = new Set(messages.flatMap((message) => (message.role === 'tool' ? [message.toolCallId] : [])))
  const rendered: Message[] = []
  /** The results since the last other message: they become one message. */
  let results: ContentPart[] = []

  function endResults(): void {
    if (results.length > 0) rendered.push({ role: 'user', content: simplified(results) } satisfies UserMessage)
    results = []
  }

  for (const message of messages) {
    if (message.role === 'tool') {
      results.push(...result(message.toolCallId, names.get(message.toolCallId) ?? message.name, message))
      continue
    }
    endResults()
    if (message.role !== 'assistant' || !message.toolCalls?.length) {
      rendered.push(message)
      continue
    }
    rendered.push(withCallsInText(message, message.toolCalls))
    for (const { id, name } of message.toolCalls) {
      names.set(id, name)
      if (!answered.has(id)) results.push(...block(id, name, [text('(There is no result: the call was interrupted.)')]))
    }
  }
  endResults()
  return rendered
}

function withCallsInText({ toolCalls: _, ...message }: AssistantMessage, calls: readonly ToolCall[]): AssistantMessage {
  const blocks = calls.map(callText).join('\n')
  const { content } = message
  if (content === null || content === '' || content.length === 0) return { ...message, content: blocks }
  if (typeof content === 'string') return { ...message, content: `${content}\n\n${blocks}` }
  return { ...message, content: [...content, text(`\n\n${blocks}`)] }
}

/** A call in the form that the prompt asks for, with the id that its result refers to. */
function callText({ id, name, arguments: args }: ToolCall): string {
  const written = args.trim() === '' ? '{}' : isJson(args) ? args : JSON.stringify(args)
  return `<tool_call>\n{"id": ${JSON.stringify(id)}, "name": ${JSON.stringify(name)}, "arguments": ${written}}\n</tool_call>`
}

function result(id: string, name: string | undefined, { content }: ToolMessage): ContentPart[] {
  const parts = typeof content === 'string' ? [text(content)] : content
  return block(id, name, parts.map(readable))
}

function block(id: string, name: string | undefined, parts: readonly ContentPart[]): ContentPart[] {
  const named = name === undefined ? '' : ` name=${JSON.stringify(name)}`
  return [text(`<tool_response id=${JSON.stringify(id)}${named}>\n`), ...parts, text('\n</tool_response>\n')]
}

/** What a model cannot look at (audio, a file's id) becomes its JSON. An end tag in a result must not end the block. */
function readable(part: ContentPart): ContentPart {
  switch (part.type) {
    case 'text':
      return text(part.text.replaceAll('</tool_response>', '<\\/tool_response>'))
    case 'refusal':
      return text(part.refusal)
    case 'image':
      return part
    case 'other':
      return text(JSON.stringify(part.value))
  }
}

/** A string where there is only text; otherwise the parts, with neighbouring texts joined. */
function simplified(parts: readonly ContentPart[]): Content {
  const joined: ContentPart[] = []
  for (const part of parts) {
    const last = joined.at(-1)
    if (part.type === 'text' && last?.type === 'text') joined[joined.length - 1] = text(last.text + part.text)
    else joined.push(part)
  }
  const [only] = joined
  return joined.length === 1 && only?.type === 'text' ? only.text.trimEnd() : joined
}

function text(value: string): ContentPart {
  return { type: 'text', text: value }
}

function isJson(value: string): boolean {
  try {
    JSON.parse(value)
    return true
  } catch {
    return false
  }
}
