import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** A string of either quote, or a comment, as the lenient lexer takes them. */
const stringOrComment = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|'[^'\\]*(?:\\[\s\S][^'\\]*)*'|\/\/[^\r\n]*|\/\*[\s\S]*?\*\//g
const escapes: Readonly<Record<string, string>> = { "\\'": "'", '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * Mends a text that the lenient lexer has accepted: raw line breaks and tabs in strings, `\'`, single quotes, keys
 * without quotes, a comma too many, comments, Python's True, False and None. `undefined` where that fails.
 *
 * The library mends what is between the strings. It is not given the strings, since it would guess where they end from
 * what is in them: each is replaced with its number in quotes, which cannot be mistaken for a key without quotes.
 */
export function mend(text: string): string | undefined {
  const strings: string[] = []
  const skeleton = text.replace(stringOrComment, (token) => {
    if (token.startsWith('/')) return ' '
    strings.push(jsonString(token))
    return `"${strings.length - 1}"`
  })
  // Loaded with the first text that needs it: most never do.
  const { jsonrepair }: typeof import('jsonrepair') = require('jsonrepair')
  try {
    return jsonrepair(skeleton).replace(/"(\d+)"/g, (_placeholder, index) => strings[Number(index)] ?? '')
  } catch {
    return undefined
  }
}

function jsonString(token: string): string {
  return `"${token.slice(1, -1).replace(/\\[\s\S]|["\n\r\t]/g, (found) => escapes[found] ?? found)}"`
}
