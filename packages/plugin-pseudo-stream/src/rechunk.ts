import type { EventStep, StreamEvent } from 'argo-proxy'
import { type Cuts, cappedCuts } from './cuts.ts'
import { gather, hasLogprobs, isDelta } from './gather.ts'

/** All pieces are emitted at once, without back-pressure: a giant answer must not become gigabytes of tiny frames. */
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
 * Cuts an answer into pieces and emits them at once. It gathers the answer again, since the stages before may have
 * split a word between two deltas.
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
