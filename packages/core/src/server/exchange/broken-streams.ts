/** Models whose streams failed lately, while their complete answers came. */
export interface BrokenStreams {
  has(model: string): boolean
  remember(model: string): void
  names(): string[]
}

/** Names come from clients: however many there are, this many are kept. */
const most = 1_000

export function createBrokenStreams(milliseconds: number, now: () => number = Date.now): BrokenStreams {
  const until = new Map<string, number>()
  const has = (model: string): boolean => {
    const end = until.get(model)
    if (end === undefined) return false
    if (end > now()) return true
    until.delete(model)
    return false
  }
  return {
    has,
    remember(model) {
      until.delete(model)
      if (milliseconds > 0) until.set(model, now() + milliseconds)
      const [oldest] = until.keys()
      if (until.size > most && oldest !== undefined) until.delete(oldest)
    },
    names: () => [...until.keys()].filter(has),
  }
}
