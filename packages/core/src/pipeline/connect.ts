import type { ProxyError } from '../contract/error.ts'
import type { Emit, Step } from '../contract/event.ts'
import type { TransformStream } from '../contract/plugin.ts'
import { toProxyError } from '../errors.ts'
import { blame, blamed, culprit } from './blame.ts'
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
  let inlet = outlet
  let steps: Step<unknown, unknown>[] = []

  for (const piece of pieces.toReversed()) {
    const built = build(piece)
    if ('step' in built) {
      steps.unshift(blamed(piece, built.step))
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

  return {
    inlet,
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

function stepInlet(steps: readonly Step<unknown, unknown>[], next: Inlet, onError: (error: ProxyError) => void): Inlet {
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

/** Several steps as one: what the first emits is written to the second, within the same call. */
export function fuse(
  steps: readonly Step<unknown, unknown>[],
  out: Emit<unknown>,
): { write(value: unknown): void; end(): void } {
  // Bound once for the exchange: nothing is made per value.
  const links: { step: Step<unknown, unknown>; emit: Emit<unknown> }[] = []
  let emit = out
  for (const step of steps.toReversed()) {
    const next = emit
    links.unshift({ step, emit: next })
    emit = (value) => step.write(value, next)
  }
  const write = emit
  return {
    write,
    end() {
      for (const link of links) link.step.end?.(link.emit)
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
