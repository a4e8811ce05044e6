/** Which models have refused native tools lately. */
export interface NativeMemory {
  /** Whether this model's refusal is still remembered. */
  refused(model: string): boolean
  remember(model: string): void
}

/** `milliseconds`: how long a refusal is remembered. `now`: in milliseconds; for tests. */
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
      until.set(model, now() + milliseconds)
    },
  }
}
