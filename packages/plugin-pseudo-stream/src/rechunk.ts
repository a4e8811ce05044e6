import type { EventStep, StreamEvent } from 'argo-proxy'
import { type Cuts, cappedCuts } from './cuts.ts'
import { gather, hasLogprobs, isDelta } from './gather.ts'

/** Nobody can hold the pieces back here: a giant answer must not become gigabytes of tiny frames at once. */
const mostPieces = 100_000

/** The pieces of one event, in order: several deltas that join to exactly its text, or the event itself. */
export function* piecesOf(event: StreamEvent, cuts: Cuts): Generator<StreamEvent> {
  if (!isDelta(event) || event.delta === '' || hasLogprobs(event)) {
    yield event
    return
  }
  let from = 0
  for (const to of cuts(event.delta)) {
    yield { ...event, delta: event.delta.slice(from, to) }
    from = to
  }
}

/**
 * Cuts an answer into pieces, all at once. It gathers once more: what the stages emitted in several deltas may meet
 * inside a word.
 */
export function rechunk(cuts: Cuts): EventStep {
  const whole = gather()
  const capped = cappedCuts(cuts, mostPieces)
  return {
    write(event, emit) {
      whole.write(event, (gathered) => {
        for (const piece of piecesOf(gathered, capped)) emit(piece)
      })
    },
  }
}
