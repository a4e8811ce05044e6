import type { FinishReason, StreamEvent, ToolCall } from 'argo-proxy'

/** One choice of an answer, held until it is checked. */
export interface CollectedAnswer {
  /** What the model wrote, calls included. */
  written: string
  /** The content without the calls. */
  text: string
  calls: ToolCall[]
  /** The text holds something that was meant as a call and cannot be read. */
  unreadable: boolean
  reason: FinishReason
  /** The events for the client, in order, without the end of the choice. */
  events: StreamEvent[]
}

export function emptyAnswer(): CollectedAnswer {
  return { written: '', text: '', calls: [], unreadable: false, reason: 'stop', events: [] }
}

/** Adds an event of the tool step's output. */
export function collect(answer: CollectedAnswer, event: StreamEvent): void {
  answer.events.push(event)
  switch (event.type) {
    case 'text-delta':
      answer.text += event.delta
      break
    case 'tool-call-start': {
      const { id, name, extra } = event
      answer.calls.push({ id, name, arguments: '', ...(extra && { extra }) })
      break
    }
    case 'tool-call-delta': {
      // The tool step numbers calls without a gap. The deltas of several may alternate.
      const call = answer.calls[event.index]
      if (!call) break
      call.arguments += event.delta
      if (event.extra) call.extra = { ...call.extra, ...event.extra }
    }
  }
}
