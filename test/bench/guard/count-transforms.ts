import { Transform } from 'node:stream'
import { eventTransform } from 'argo-proxy'

type Listen = (this: unknown, event: string, listener: () => void) => unknown

/**
 * How many Transform streams this process built while `action` ran: Node's and through2's. A Transform listens to its own
 * `prefinish` when it is made, which is the one trace that its making leaves.
 */
export async function countTransforms(action: () => Promise<unknown>): Promise<number> {
  let count = 0
  const restore = [Transform.prototype, through2Prototype()].map((prototype) => {
    const listen: Listen = Reflect.get(prototype, 'on')
    const counting: Listen = function (event, listener) {
      if (event === 'prefinish') count += 1
      return listen.call(this, event, listener)
    }
    Object.defineProperty(prototype, 'on', { value: counting, configurable: true, writable: true })
    return () => Reflect.deleteProperty(prototype, 'on')
  })
  try {
    await action()
  } finally {
    for (const undo of restore) undo()
  }
  return count
}

/** readable-stream has a Transform of its own: the highest class above through2's stream that can transform. */
function through2Prototype(): object {
  let found: object = Transform.prototype
  let next: unknown = Object.getPrototypeOf(eventTransform({ write: (event, emit) => emit(event) }))
  while (typeof next === 'object' && next !== null) {
    if (Object.hasOwn(next, '_transform')) found = next
    next = Object.getPrototypeOf(next)
  }
  return found
}
