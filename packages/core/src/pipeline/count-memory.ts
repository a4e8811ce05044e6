export type CountTokens = (text: string) => number

/** Remembers what texts count, the latest asked longest, up to so many characters of text. */
export function createCountMemory(limit: number): { of(text: string, count: CountTokens): number } {
  /** In the order of their last use. */
  const known = new Map<string, number>()
  let characters = 0

  function forgetOldest(): void {
    for (const text of known.keys()) {
      if (characters <= limit) return
      known.delete(text)
      characters -= text.length
    }
  }

  return {
    of(text, count) {
      const remembered = known.get(text)
      if (remembered !== undefined) known.delete(text)
      const result = remembered ?? count(text)
      if (remembered === undefined) characters += text.length
      known.set(text, result)
      if (characters > limit) forgetOldest()
      return result
    },
  }
}
