import type { ProxyError } from '../contract/error.ts'
import type { Emit, Step } from '../contract/event.ts'
import type { TransformStream } from '../contract/plugin.ts'
import { toProxyError } from '../errors.ts'
import { blame } from '../plugins/blame.ts'
import { type Built, culprit, type Piece } from './piece.ts'

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

/** Who is told what went wrong. */
export interface FaultListener {
  onError(error: ProxyError): void
}

/**
 * Builds the pieces and connects them, last to first, to an outlet. Neighbouring steps become one chain, driven directly: a
 * chain without streams costs no stream at all, and a value is through it in the turn in which it came.
 */
export function connect(pieces: readonly Piece[], outlet: Inlet, feeder: Feeder, listener: FaultListener): Connection {
  const streams: TransformStream[] = []
  let inlet = outlet
  let steps: OwnedStep[] = []

  for (const piece of pieces.toReversed()) {
    const built = build(piece, streams)
    if ('step' in built) {
      steps.push({ piece, step: built.step })
      continue
    }
    if (steps.length > 0) inlet = new StepChain(steps, inlet, listener)
    steps = []
    streams.push(built.stream)
    inlet = streamInlet(piece, built.stream, inlet, listener)
  }
  if (steps.length > 0) inlet = new StepChain(steps, inlet, listener)
  return new Connection(inlet, streams, feeder)
}

/** Connected pieces. */
export class Connection {
  readonly inlet: Inlet
  readonly #streams: readonly TransformStream[]
  readonly #last: Feeder

  /** `streams`: last to first. */
  constructor(inlet: Inlet, streams: readonly TransformStream[], feeder: Feeder) {
    this.inlet = inlet
    this.#streams = streams
    this.#last = streams[0] ?? feeder
    // A full stream makes the one before it wait; when it drains, that one goes on.
    for (const [index, stream] of streams.entries()) {
      const before = streams[index + 1] ?? feeder
      stream.on('drain', () => before.resume())
    }
  }

  /** How many streams were built. */
  get streams(): number {
    return this.#streams.length
  }

  /** The outlet takes values again. */
  resume(): void {
    this.#last.resume()
  }

  /** Destroys the streams; steps need nothing. */
  destroy(): void {
    for (const stream of this.#streams) stream.destroy()
  }
}

/** Where it fails, the streams that stand already are destroyed: nobody else knows of them. */
function build(piece: Piece, streams: readonly TransformStream[]): Built {
  try {
    return piece.build()
  } catch (thrown) {
    for (const stream of streams) stream.destroy()
    throw blame(culprit(piece), thrown)
  }
}

interface OwnedStep {
  piece: Piece
  step: Step<unknown, unknown>
}

/** A step, and where its values go: bound once for the exchange, so that nothing is made per value. */
interface Link extends OwnedStep {
  emit: Emit<unknown>
}

/** Several steps as one: what the first emits is written to the second, within the same call. A fault carries its piece's name. */
class StepChain implements Inlet {
  readonly #first: Link
  /** First to last. */
  readonly #links: Link[] = []
  readonly #next: Inlet
  readonly #listener: FaultListener
  #flowing = true

  /** `steps`: last to first, at least one. */
  constructor(steps: readonly OwnedStep[], next: Inlet, listener: FaultListener) {
    this.#next = next
    this.#listener = listener
    let emit: Emit<unknown> = (value) => {
      if (!next.write(value)) this.#flowing = false
    }
    let first: Link | undefined
    for (const { piece, step } of steps) {
      if (first) emit = writerOf(first)
      first = { piece, step, emit: checked(piece, emit) }
      this.#links.unshift(first)
    }
    if (!first) throw new Error('A chain of steps needs one.')
    this.#first = first
  }

  write(value: unknown): boolean {
    const { piece, step, emit } = this.#first
    this.#flowing = true
    try {
      step.write(value, emit)
    } catch (thrown) {
      this.#listener.onError(blame(culprit(piece), thrown))
    }
    return this.#flowing
  }

  end(): void {
    try {
      for (const { piece, step, emit } of this.#links) {
        try {
          step.end?.(emit)
        } catch (thrown) {
          throw blame(culprit(piece), thrown)
        }
      }
      this.#next.end()
    } catch (thrown) {
      this.#listener.onError(toProxyError(thrown))
    }
  }
}

function writerOf({ piece, step, emit }: Link): Emit<unknown> {
  return (value) => {
    try {
      step.write(value, emit)
    } catch (thrown) {
      throw blame(culprit(piece), thrown)
    }
  }
}

/** What it throws is thrown out of the step that emits. */
function checked({ check }: Piece, emit: Emit<unknown>): Emit<unknown> {
  if (!check) return emit
  return (value) => {
    check(value)
    emit(value)
  }
}

function streamInlet(piece: Piece, stream: TransformStream, next: Inlet, listener: FaultListener): Inlet {
  const onError = (thrown: unknown): void => listener.onError(blame(culprit(piece), thrown))
  stream.on('data', (value) => {
    try {
      piece.check?.(value)
    } catch (thrown) {
      return onError(thrown)
    }
    if (!next.write(value)) stream.pause()
  })
  let over = false
  stream.on('end', () => {
    over = true
    next.end()
  })
  stream.on('error', (error) => {
    over = true
    onError(error)
  })
  // All that a stream says which is destroyed without an error.
  stream.on('close', () => {
    if (!over) onError(new Error('The stream was destroyed before its end.'))
  })
  return {
    write(value) {
      try {
        return stream.write(value)
      } catch (thrown) {
        // One that is not in object mode takes no events.
        onError(thrown)
        return false
      }
    },
    end: () => void stream.end(),
  }
}
