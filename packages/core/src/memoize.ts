/**
 * Memoizes a function of a text. It keeps the results of texts that were asked for lately, up to `limit` characters of these
 * texts, in two halves: when the newer one is full, the older one is forgotten. Nothing is deleted from a map or moved within
 * one, which would have it rebuilt time and again.
 */
export function memoize<Value>(limit: number, compute: (text: string) => Value): (text: string) => Value {
  let newer = new Map<string, Value>()
  let older = newer
  /** Characters of the texts in the newer half. */
  let characters = 0
  const half = limit / 2

  return (text) => {
    const known = newer.get(text)
    if (known !== undefined) return known
    const result = older.get(text) ?? compute(text)
    if (text.length > half) return result
    if (characters + text.length > half) {
      older = newer
      newer = new Map()
      characters = 0
    }
    newer.set(text, result)
    characters += text.length
    return result
  }
}
