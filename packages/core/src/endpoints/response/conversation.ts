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
      if (!text) return
      // Thoughts between calls whose results are still to come belong to the same turn.
      if (turn?.toolCalls) turn.reasoning = joined(turn.reasoning, text)
      else {
        turn = undefined
        reasoning = joined(reasoning, text)
      }
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

function joined(before: string | undefined, text: string): string {
  return before === undefined ? text : `${before}\n\n${text}`
}
