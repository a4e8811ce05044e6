/** The beginning of an upstream's answer for an error message: one short line without control characters. */
export function excerptOf(text: string): string {
  const line = text
    .slice(0, 1_000)
    .replace(/<(script|style)[\s\S]*?(?:<\/\1>|$)/gi, ' ')
    .replace(/<[a-z!/][^>]*>?/gi, ' ')
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
  const characters = [...line]
  return characters.length > 120 ? `${characters.slice(0, 120).join('')}…` : line
}
