import type { ReadContext, Start } from '../parser/dialect.ts'

/**
 * The start for a token without a meaning of its own, which is dropped. `spaceBehind`: with the white space behind it.
 * `when`: where it is dropped; elsewhere it is text.
 */
export function droppedToken(
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
