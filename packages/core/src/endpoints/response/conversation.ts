import type { AssistantMessage, Content, ContentPart, Message, ToolCall } from '../../contract/request.ts'

/**
 * Puts the items of Responses together to messages. What a model answered in one turn (reasoning, text, calls) is several
 * items there and one message here, so that each call is followed by its result.
 */
export function conversation() {
  const messages: Message[] = []
  const callIds = new Set<string>()
  let turn: AssistantMessage | undefined
  let reasoning: string | undefined

  function openTurn(): AssistantMessage {
    if (turn) return turn
    turn = { role: 'assistant', content: null, ...(reasoning && { reasoning }) }
    reasoning = undefined
    messages.push(turn)
    return turn
  }

  return {
    messages,
    /** Whether a call with this id came before. */
    hasCall: (id: string) => callIds.has(id),
    add(message: Exclude<Message, AssistantMessage>): void {
      turn = undefined
      reasoning = undefined
      messages.push(message)
    },
    addReasoning(text: string): void {
      turn = undefined
      if (text) reasoning = reasoning === undefined ? text : `${reasoning}\n\n${text}`
    },
    addText(content: Content): void {
      if (turn && !turn.toolCalls) turn = undefined
      const open = openTurn()
      open.content = open.content === null ? content : [...partsOf(open.content), ...partsOf(content)]
    },
    addCall(call: ToolCall): void {
      const open = openTurn()
      open.toolCalls = [...(open.toolCalls ?? []), call]
      callIds.add(call.id)
    },
  }
}

export type Conversation = ReturnType<typeof conversation>

function partsOf(content: Content): ContentPart[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content
}
