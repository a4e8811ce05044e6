import type { FinishReason, StreamEvent, ToolCall } from 'argo-proxy'

/** One choice of an answer, held until it is judged. */
export interface CollectedAnswer {
  /** What the model wrote, calls included. */
  written: string
  /** The content without the calls. */
  text: string
  calls: ToolCall[]
  /** Something was meant as a call and cannot be read. */
  unreadable: boolean
  reason: FinishReason
  /** What goes to the client, in order, without the end of the choice. */
  events: StreamEvent[]
}

export function emptyAnswer(): CollectedAnswer {
  return { written: '', text: '', calls: [], unreadable: false, reason: 'stop', events: [] }
}

/** Adds an event that came out of the tool step. */
export function collect(answer: CollectedAnswer, event: StreamEvent): void {
  answer.events.push(event)
  switch (event.type) {
    case 'text-delta':
      answer.text += event.delta
      break
    case 'tool-call-start':
      answer.calls.push({ id: event.id, name: event.name, arguments: '' })
      break
    case 'tool-call-delta': {
      const call = answer.calls.at(-1)
      if (call) call.arguments += event.delta
    }
  }
}
