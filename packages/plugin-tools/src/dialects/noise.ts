import type { ReadContext, Start } from '../parser/dialect.ts'

/**
 * A token of a format that has nothing to say. Dropped, with the white space behind it where that is part of it, and only
 * `when` it is noise there.
 */
export function noise(
  text: string,
  { spaceBehind = false, when }: { spaceBehind?: boolean; when?: (context: ReadContext) => boolean } = {},
): Start {
  return {
    text,
    *read(input, context) {
      if (when && !when(context)) return undefined
      if (spaceBehind) yield* input.skipSpace()
      return []
    },
  }
}
