import type { Emit, EventStep, Step } from '../contract/event.ts'
import type { TransformStream } from '../contract/plugin.ts'
import { onDemand } from '../on-demand.ts'

/** A synchronous step as a Transform stream of its own: through2's, in object mode. */
export function stepTransform<In, Out>(step: Step<In, Out>): TransformStream {
  const emit: Emit<Out> = (out) => stream.push(out)
  const stream = onDemand.through2().objectTransform(
    {},
    (value: In, _encoding, done) => done(thrownBy(() => step.write(value, emit))),
    (done) => done(thrownBy(() => step.end?.(emit))),
  )
  return stream
}

/** A synchronous step of typed events as a Transform stream. */
export function eventTransform(step: EventStep): TransformStream {
  return stepTransform(step)
}

function thrownBy(action: () => void): Error | null {
  try {
    action()
    return null
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown))
  }
}
