import { Transform } from 'node:stream'
import type { StreamEvent } from 'argo-proxy'
import type { Cuts } from './cuts.ts'
import { gather, isDelta } from './gather.ts'
import { piecesOf } from './rechunk.ts'

export interface Pacing {
  cuts: Cuts
  /** Milliseconds between two pieces. */
  delay: number
  /** At most this many milliseconds between the first piece and the last; 0: no limit. */
  maxDuration: number
}

/**
 * Cuts an answer into pieces and sends each at its time. The times are counted from the first piece, so that the delays
 * of slow timers and of a slow reader do not add up. An error is sent at once. The stream destroys itself when the
 * signal aborts.
 */
export function pacedStream({ cuts, delay, maxDuration }: Pacing, signal: AbortSignal): Transform {
  const whole = gather()
  const answer: StreamEvent[] = []
  const pieces = allPieces(answer, cuts)
  let timer: NodeJS.Timeout | undefined
  /** Set while the reader is full: sends the rest once it has room again. */
  let resume: (() => void) | undefined

  const stream = new Transform({
    objectMode: true,
    transform(event: StreamEvent, _encoding, done) {
      whole.write(event, (gathered) => answer.push(gathered))
      if (answer.length === 0) return done()
      play(maxDuration > 0 ? Math.min(delay, maxDuration / countDeltas(answer, cuts)) : delay, done)
    },
    read(size) {
      Transform.prototype._read.call(stream, size)
      const goOn = resume
      resume = undefined
      goOn?.()
    },
    destroy(error, done) {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      done(error)
    },
  })

  /** Sends the pieces, one delta in each interval; `done` is called behind the last. */
  function play(interval: number, done: () => void): void {
    const started = performance.now()
    let sent = 0
    let next = pieces.next()
    goOn()

    function goOn(): void {
      while (!stream.destroyed) {
        if (next.done) return done()
        const event = next.value
        if (isDelta(event)) {
          const wait = started + sent * interval - performance.now()
          if (wait > 0) {
            timer = setTimeout(goOn, Math.ceil(wait))
            return
          }
          sent += 1
        }
        next = pieces.next()
        if (!stream.push(event)) {
          resume = goOn
          return
        }
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
