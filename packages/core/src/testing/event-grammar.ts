import type { StreamEvent } from '../contract/event.ts'

interface ChoiceState {
  ended: boolean
  /** Calls that were started so far, and whether each has ended. */
  calls: boolean[]
}

/**
 * Checks the events of one whole answer against the grammar of `StreamEvent`: `start`, then body events, one `choice-end`
 * for each choice, an optional `usage`, exactly one `finish` or `error`. Throws an Error that names the first event that
 * does not fit, by its place (from 0) and type.
 */
export function checkEventGrammar(events: Iterable<StreamEvent>): void {
  const choices: ChoiceState[] = []
  let started = false
  let counted = false
  let over = false
  let place = 0
  for (const event of events) {
    const fault = over ? 'comes after the end of the answer' : faultOf(event)
    if (fault !== undefined) throw new Error(`Event ${place} (${event.type}) ${fault}.`)
    place += 1
  }
  if (!over) throw new Error(`The answer stops after ${place} events without finish or error.`)

  function faultOf(event: StreamEvent): string | undefined {
    if (event.type === 'error') {
      over = true
      return undefined
    }
    if (event.type === 'start') {
      if (started) return 'is the second start'
      started = true
      return undefined
    }
    if (!started) return 'comes before start'
    if (event.type === 'finish') {
      over = true
      return choices.length === 0 ? 'comes without any choice-end' : openChoice('comes before the choice-end of choice')
    }
    if (event.type === 'usage') {
      if (counted) return 'is the second usage'
      counted = true
      return openChoice('comes before the choice-end of choice')
    }
    if (event.type === 'raw') return undefined
    return counted ? 'comes after usage' : choiceFault(event)
  }

  function openChoice(words: string): string | undefined {
    const open = choices.findIndex(({ ended }) => !ended)
    return open < 0 ? undefined : `${words} ${open}`
  }

  function choiceFault(event: Extract<StreamEvent, { choice: number }>): string | undefined {
    if (!Number.isInteger(event.choice) || event.choice < 0) return `has the choice ${event.choice}`
    for (let choice = choices.length; choice <= event.choice; choice += 1) choices.push({ ended: false, calls: [] })
    const state = choices[event.choice]
    if (state === undefined || state.ended) return `comes after the choice-end of choice ${event.choice}`
    if (event.type === 'choice-end') {
      state.ended = true
      const open = state.calls.indexOf(false)
      return open < 0 ? undefined : `comes before the tool-call-end of call ${open}`
    }
    return 'index' in event ? callFault(event, state.calls) : undefined
  }
}

type CallEvent = Extract<StreamEvent, { index: number }>

function callFault(event: CallEvent, calls: boolean[]): string | undefined {
  if (event.type === 'tool-call-start') {
    if (event.index !== calls.length)
      return `has the index ${event.index}, the next call of its choice is ${calls.length}`
    calls.push(false)
    return undefined
  }
  const ended = calls[event.index]
  if (ended === undefined) return `belongs to call ${event.index}, which has not started`
  if (ended) return `comes after the tool-call-end of call ${event.index}`
  if (event.type === 'tool-call-end') calls[event.index] = true
  return undefined
}
