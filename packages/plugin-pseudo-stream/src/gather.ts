import type { EventStep, StreamEvent } from 'argo-proxy'

/** The events that carry a part of a text. */
export type DeltaEvent = Extract<StreamEvent, { delta: string }>

export function isDelta(event: StreamEvent): event is DeltaEvent {
  return 'delta' in event
}

/** A text with log probabilities is neither joined with its neighbours nor split: they belong to exactly this text. */
export function hasLogprobs(event: DeltaEvent): boolean {
  return event.type === 'text-delta' && event.logprobs !== undefined
}

/**
 * Holds an answer until its end is known and joins its deltas, so that what comes after sees whole texts. Of an answer
 * that ends in an error, only the error goes on.
 */
export function gather(): EventStep {
  let held: StreamEvent[] = []
  // The delta that the next one of the same choice, or of the same tool call, is joined to.
  const open = new Map<string, DeltaEvent>()

  function hold(event: StreamEvent): void {
    if (!isDelta(event) || hasLogprobs(event)) {
      closeBefore(event)
      held.push(event)
      return
    }
    const key = openKey(event)
    const last = open.get(key)
    if (last?.type === event.type) {
      last.delta += event.delta
      return
    }
    const first = { ...event }
    open.set(key, first)
    held.push(first)
  }

  /** Deltas before and after another event of their choice, or of the whole answer, are not joined. */
  function closeBefore(event: StreamEvent): void {
    if ('choice' in event) open.delete(openKey(event))
    else open.clear()
  }

  return {
    write(event, emit) {
      if (event.type === 'error') {
        held = []
        emit(event)
      } else if (event.type === 'finish') {
        for (const earlier of held) emit(earlier)
        held = []
        emit(event)
      } else {
        hold(event)
      }
    },
  }
}

type ChoiceEvent = Extract<StreamEvent, { choice: number }>

function openKey(event: ChoiceEvent): string {
  const ofCall = event.type === 'tool-call-delta' || event.type === 'tool-call-end'
  return ofCall ? `${event.choice}/${event.index}` : String(event.choice)
}
