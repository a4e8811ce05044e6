import type { EventStep } from '../contract/event.ts'

/**
 * Ends a choice at the first of the client's stop sequences, for upstreams that cannot. A text that may be the beginning
 * of a stop sequence is held until the next delta decides, so that none leaks and no other text is lost. When all `choices`
 * have been stopped, the answer is finished, whatever the upstream would still say; where no number is given, at its end.
 */
export function stopSequences(sequences: readonly string[], choices = Number.POSITIVE_INFINITY): EventStep {
  const held = new Map<number, string>()
  const stopped = new Set<number>()
  const calling = new Set<number>()

  return {
    write(event, emit) {
      if (stopped.size === choices) return
      if (event.type === 'text-delta') {
        const { choice } = event
        if (stopped.has(choice)) return
        const text = (held.get(choice) ?? '') + event.delta
        const end = firstStop(text, sequences)
        if (end >= 0) {
          stopped.add(choice)
          held.delete(choice)
          if (end > 0) emit({ ...event, delta: text.slice(0, end) })
          emit({ type: 'choice-end', choice, reason: calling.has(choice) ? 'tool-calls' : 'stop' })
          if (stopped.size === choices) emit({ type: 'finish' })
          return
        }
        const safe = text.length - possibleStart(text, sequences)
        held.set(choice, text.slice(safe))
        if (safe > 0) emit({ ...event, delta: text.slice(0, safe) })
        return
      }
      if ('choice' in event) {
        if (stopped.has(event.choice)) return
        if (event.type === 'tool-call-start') calling.add(event.choice)
        const rest = held.get(event.choice)
        if (rest) {
          held.delete(event.choice)
          emit({ type: 'text-delta', choice: event.choice, delta: rest })
        }
      }
      emit(event)
    },
  }
}

/** Where the stop begins that is complete first, as a model would have ended at it; -1 where there is none. */
function firstStop(text: string, sequences: readonly string[]): number {
  let first = -1
  let firstEnd = Number.POSITIVE_INFINITY
  for (const sequence of sequences) {
    const at = text.indexOf(sequence)
    const end = at + sequence.length
    if (at < 0 || end > firstEnd || (end === firstEnd && at > first)) continue
    first = at
    firstEnd = end
  }
  return first
}

/** Length of the longest end of `text` with which a stop sequence begins. */
function possibleStart(text: string, sequences: readonly string[]): number {
  let longest = 0
  for (const sequence of sequences) {
    for (let length = Math.min(sequence.length - 1, text.length); length > longest; length -= 1) {
      if (text.endsWith(sequence.slice(0, length))) longest = length
    }
  }
  return longest
}
