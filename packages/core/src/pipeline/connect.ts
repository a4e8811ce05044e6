import type { ProxyError } from '../contract/error.ts'
import type { Emit, Step } from '../contract/event.ts'
import type { TransformStream } from '../contract/plugin.ts'
import { toProxyError } from '../errors.ts'
import { blame, culprit } from './blame.ts'
import type { Built, Piece } from './piece.ts'

/** Where values go in. Neither throws for a value's sake once connected: a piece's fault goes to `onError`. */
export interface Inlet {
  /** `false`: full; write no more until the feeder is told to `resume`. */
  write(value: unknown): boolean
  end(): void
}

/** What feeds a connection. */
export interface Feeder {
  resume(): void
}

export interface Connection {
  inlet: Inlet
  /** Writes values that came together. */
  writeAll(values: readonly unknown[]): boolean
  /** The outlet takes values again. */
  resume(): void
  /** Destroys the streams; steps need nothing. */
  destroy(): void
  /** How many streams were built. */
  streams: number
}

/**
 * Builds the pieces and connects them, last to first, to an outlet. Neighbouring steps become one function, driven
 * directly: a chain without streams costs no stream at all, and a value is through it in the turn in which it came.
 */
export function connect(
  pieces: readonly Piece[],
  outlet: Inlet,
  feeder: Feeder,
  onError: (error: ProxyError) => void,
): Connection {
  const streams: TransformStream[] = []
  let inlet: Inlet & Partial<Pick<Connection, 'writeAll'>> = outlet
  let steps: OwnedStep[] = []

  for (const piece of pieces.toReversed()) {
    const built = build(piece)
    if ('step' in built) {
      steps.unshift({ piece, step: built.step })
      continue
    }
    if (steps.length > 0) inlet = stepInlet(steps, inlet, onError)
    steps = []
    streams.push(built.stream)
    inlet = streamInlet(built.stream, inlet, (thrown) => onError(blame(culprit(piece), thrown)))
  }
  if (steps.length > 0) inlet = stepInlet(steps, inlet, onError)

  // A full stream makes the one before it wait; when it drains, that one goes on.
  streams.forEach((stream, index) => {
    const before = streams[index + 1] ?? feeder
    stream.on('drain', () => before.resume())
  })
  const last = streams[0] ?? feeder

  const first = inlet
  return {
    inlet: first,
    writeAll(values) {
      if (first.writeAll) return first.writeAll(values)
      let flowing = true
      for (const value of values) flowing = first.write(value) && flowing
      return flowing
    },
    resume: () => last.resume(),
    destroy: () => streams.forEach((stream) => stream.destroy()),
    streams: streams.length,
  }
}

function build(piece: Piece): Built {
  try {
    return piece.build()
  } catch (thrown) {
    throw blame(culprit(piece), thrown)
  }
}

function stepInlet(
  steps: readonly OwnedStep[],
  next: Inlet,
  onError: (error: ProxyError) => void,
): Inlet & Pick<Connection, 'writeAll'> {
  let flowing = true
  const chain = fuse(steps, (value) => {
    if (!next.write(value)) flowing = false
  })
  return {
    write(value) {
      flowing = true
      try {
        chain.write(value)
      } catch (thrown) {
        onError(toProxyError(thrown))
      }
      return flowing
    },
    writeAll(values) {
      flowing = true
      try {
        chain.writeAll(values)
      } catch (thrown) {
        onError(toProxyError(thrown))
      }
      return flowing
    },
    end() {
      try {
        chain.end()
        next.end()
      } catch (thrown) {
        onError(toProxyError(thrown))
      }
    },
  }
}

interface OwnedStep {
  piece: Piece
  step: Step<unknown, unknown>
}

/** Several steps as one: what the first emits is written to the second, within the same call. A throw carries its piece's name. */
function fuse(
  steps: readonly OwnedStep[],
  out: Emit<unknown>,
): { write(value: unknown): void; writeAll(values: readonly unknown[]): void; end(): void } {
  // Bound once for the exchange: nothing is made per value.
  const links: (OwnedStep & { emit: Emit<unknown> })[] = []
  let emit = out
  for (const { piece, step } of steps.toReversed()) {
    const next = emit
    links.unshift({ piece, step, emit: next })
    emit = (value) => {
      try {
        step.write(value, next)
      } catch (thrown) {
        throw blame(culprit(piece), thrown)
      }
    }
  }
  const write = emit
  const [first] = links
  return {
    write,
    writeAll(values) {
      if (!first?.step.writeAll) return values.forEach(write)
      try {
        first.step.writeAll(values, first.emit)
      } catch (thrown) {
        throw blame(culprit(first.piece), thrown)
      }
    },
    end() {
      for (const { piece, step, emit } of links) {
        try {
          step.end?.(emit)
        } catch (thrown) {
          throw blame(culprit(piece), thrown)
        }
      }
    },
  }
}

function streamInlet(stream: TransformStream, next: Inlet, onError: (thrown: unknown) => void): Inlet {
  stream.on('data', (value) => {
    if (!next.write(value)) stream.pause()
  })
  stream.on('end', () => next.end())
  stream.on('error', onError)
  return { write: (value) => stream.write(value), end: () => void stream.end() }
}
