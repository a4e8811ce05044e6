/** The models that have refused native tools lately. */
export interface NativeMemory {
  /** Whether a refusal of this model is still remembered. */
  refused(model: string): boolean
  remember(model: string): void
}

/** Names come from clients: however many there are, this many are kept. */
const most = 1_000

/** `milliseconds`: how long a refusal is remembered. `now`: the time in milliseconds; for tests. */
export function createNativeMemory(milliseconds: number, now: () => number = Date.now): NativeMemory {
  const until = new Map<string, number>()
  return {
    refused(model) {
      const end = until.get(model)
      if (end === undefined) return false
      if (end > now()) return true
      until.delete(model)
      return false
    },
    remember(model) {
      // Deleted first, so that it becomes the latest.
      until.delete(model)
      if (milliseconds > 0) until.set(model, now() + milliseconds)
      const [oldest] = until.keys()
      if (until.size > most && oldest !== undefined) until.delete(oldest)
    },
  }
}
