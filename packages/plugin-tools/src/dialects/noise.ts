import type { Start } from '../parser/dialect.ts'

/** A token of a format that has nothing to say. Dropped, with the white space behind it where that is part of it. */
export function noise(text: string, { spaceBehind = false } = {}): Start {
  return {
    text,
    *read(input) {
      if (spaceBehind) yield* input.skipSpace()
      return []
    },
  }
}
