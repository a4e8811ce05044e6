import { createHook } from 'node:async_hooks'

/** Asynchronous resources by their type: `PROMISE`, `TickObject`, `Timeout`... */
export type Asynchrony = ReadonlyMap<string, number>

/** What this process began that is asynchronous while `action` ran. */
export async function countAsynchrony(action: () => Promise<unknown>): Promise<Asynchrony> {
  const counts = new Map<string, number>()
  const hook = createHook({
    init(_id, type) {
      counts.set(type, (counts.get(type) ?? 0) + 1)
    },
  }).enable()
  try {
    await action()
  } finally {
    hook.disable()
  }
  return counts
}
