import type { AssistantMessage, Message, ToolMessage } from '../../contract/request.ts'

/** A turn of the model that calls tools, and the results that follow it. */
interface ToolTurn {
  message: AssistantMessage
  results: ToolMessage[]
}

/**
 * Gives every call its result, since the vendors refuse a call without one; and, where several calls in one turn are
 * refused (Gemini), makes each call a turn of its own: call, result, call, result.
 */
export function arrangeToolTurns(messages: readonly Message[], oneByOne: boolean): Message[] {
  const arranged: Message[] = []
  for (let index = 0; index < messages.length; index += 1) {
    const message = messages[index]
    if (message === undefined) break
    if (message.role !== 'assistant' || !message.toolCalls?.length) {
      arranged.push(message)
      continue
    }
    const results: ToolMessage[] = []
    for (let next = messages[index + 1]; next?.role === 'tool'; next = messages[index + 1]) {
      results.push(next)
      index += 1
    }
    arranged.push(...writeTurn({ message, results }, oneByOne))
  }
  return arranged
}

function writeTurn({ message, results }: ToolTurn, oneByOne: boolean): Message[] {
  const calls = message.toolCalls ?? []
  const resultOf = (id: string): ToolMessage =>
    results.find(({ toolCallId }) => toolCallId === id) ?? { role: 'tool', toolCallId: id, content: '(no result)' }
  if (!oneByOne) return [message, ...calls.map(({ id }) => resultOf(id))]
  return calls.flatMap((call, turn) => [
    { ...message, content: turn === 0 ? message.content : null, toolCalls: [call] },
    resultOf(call.id),
  ])
}
