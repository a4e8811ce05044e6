import type { AssistantMessage, Content, ContentPart, Message, ToolCall, ToolMessage } from '../../contract/request.ts'

/** A turn of the model that calls tools, and what came of the calls. */
interface CallingTurn {
  message: AssistantMessage
  results: ToolMessage[]
  /** What results hold beside text. */
  attachments: ContentPart[]
}

/**
 * Puts the items of Responses together to messages. What a model answered in one turn (reasoning, text, calls) is several
 * items there and one message here, so that each call is followed by its result.
 */
export function conversation() {
  /** Without the results. */
  const messages: Exclude<Message, ToolMessage>[] = []
  const callingTurns = new Map<Message, CallingTurn>()
  /** By the id of a call, which may be used again: the latest counts. */
  const calls = new Map<string, { turn: CallingTurn; name: string }>()
  let turn: AssistantMessage | undefined
  let reasoning: string | undefined

  function openTurn(): AssistantMessage {
    if (turn) return turn
    turn = { role: 'assistant', content: null, ...(reasoning && { reasoning }) }
    reasoning = undefined
    messages.push(turn)
    return turn
  }

  function callingTurn(message: AssistantMessage): CallingTurn {
    const known = callingTurns.get(message)
    if (known) return known
    const made = { message, results: [], attachments: [] }
    callingTurns.set(message, made)
    return made
  }

  return {
    messages: (): Message[] =>
      messages.flatMap((message): Message[] => {
        const called = callingTurns.get(message)
        return called ? [message, ...called.results, ...attached(called.attachments)] : [message]
      }),
    add(message: Exclude<Message, AssistantMessage | ToolMessage>): void {
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
      calls.set(call.id, { turn: callingTurn(open), name: call.name })
    },
    /** Returns whether a call with this id came before. */
    addResult(toolCallId: string, content: Content): boolean {
      const call = calls.get(toolCallId)
      if (!call) return false
      const { results, attachments, message } = call.turn
      const { text, others } = separated(content)
      results.push({ role: 'tool', toolCallId, content: text })
      if (others.length > 0) attachments.push(heading(toolCallId, call.name), ...others)
      if (turn === message) turn = undefined
      return true
    },
  }
}

export type Conversation = ReturnType<typeof conversation>

/** What a tool gave, as Chat Completions takes it: text in the tool's message, everything else in a user's. */
function separated(content: Content): { text: Content; others: ContentPart[] } {
  if (typeof content === 'string') return { text: content, others: [] }
  const text = content.flatMap((part): ContentPart[] => {
    if (part.type === 'refusal') return [{ type: 'text', text: part.refusal }]
    return part.type === 'text' ? [part] : []
  })
  const others = content.filter(({ type }) => type === 'image' || type === 'other')
  if (text.length > 0) return { text, others }
  return { text: others.length > 0 ? '(The result stands in the next message of the user.)' : '', others }
}

function heading(id: string, name: string): ContentPart {
  return { type: 'text', text: `From the result of ${name} (call ${id}):` }
}

function attached(content: ContentPart[]): Message[] {
  return content.length > 0 ? [{ role: 'user', content }] : []
}

function partsOf(content: Content): ContentPart[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content
}

function joined(before: string | undefined, text: string): string {
  return before === undefined ? text : `${before}\n\n${text}`
}
