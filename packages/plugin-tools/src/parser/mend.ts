import { jsonrepair } from 'jsonrepair'

/**
 * Mends a text that the lenient lexer has taken: raw line breaks and tabs in strings, `\'`, single quotes, keys without
 * quotes, a comma too many, comments, Python's True, False and None. Nothing else comes here: the lexer has refused it.
 */
export function mend(text: string): string | undefined {
  try {
    return jsonrepair(text)
  } catch {
    return undefined
  }
}
