import { Transform } from 'node:stream'
import type { StreamEvent } from 'argo-proxy'
import type { Cuts } from './cuts.ts'
import { gather, isDelta } from './gather.ts'
import { piecesOf } from './rechunk.ts'

export interface Pacing {
  cuts: Cuts
  /** Milliseconds between two pieces. */
  delay: number
  /** Milliseconds between the first piece and the last at most; 0: no limit. */
  maxDuration: number
}

/**
 * Cuts an answer into pieces and sends each at its time. The times are counted from the first piece, so that slow timers
 * and a slow reader do not add up. An error is not waited for. Destroys itself when the signal aborts.
 */
export function pacedStream({ cuts, delay, maxDuration }: Pacing, signal: AbortSignal): Transform {
  const whole = gather()
  const answer: StreamEvent[] = []
  const pieces = allPieces(answer, cuts)
  let held: IteratorResult<StreamEvent, void>
  let played: () => void
  let interval = delay
  let started = 0
  let sent = 0
  let timer: NodeJS.Timeout | undefined
  let readerIsFull = false

  const stream = new Transform({
    objectMode: true,
    transform(event: StreamEvent, _encoding, done) {
      whole.write(event, (gathered) => answer.push(gathered))
      if (answer.length === 0) return done()
      if (maxDuration > 0) interval = Math.min(delay, maxDuration / countDeltas(answer, cuts))
      started = performance.now()
      played = done
      held = pieces.next()
      play()
    },
    read(size) {
      Transform.prototype._read.call(stream, size)
      if (!readerIsFull) return
      readerIsFull = false
      play()
    },
    destroy(error, done) {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      done(error)
    },
  })

  function play(): void {
    while (!stream.destroyed) {
      if (held.done) {
        played()
        return
      }
      const event = held.value
      if (isDelta(event)) {
        const wait = started + sent * interval - performance.now()
        if (wait > 0) {
          timer = setTimeout(play, Math.ceil(wait))
          return
        }
        sent += 1
      }
      held = pieces.next()
      if (!stream.push(event)) {
        readerIsFull = true
        return
      }
    }
  }

  function stop(): void {
    stream.destroy()
  }

  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
  return stream
}

function* allPieces(events: readonly StreamEvent[], cuts: Cuts): Generator<StreamEvent, void> {
  for (const event of events) yield* piecesOf(event, cuts)
}

function countDeltas(events: readonly StreamEvent[], cuts: Cuts): number {
  let count = 0
  for (const event of allPieces(events, cuts)) if (isDelta(event)) count += 1
  return count
}
