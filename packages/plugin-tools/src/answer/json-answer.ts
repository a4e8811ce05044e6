import { wholeJson } from '../parser/call-object.ts'

/**
 * The JSON of an answer that should hold nothing else. A code fence around it, and prose around the fence, are taken
 * off; `undefined` where there is no JSON.
 */
export function parseJsonAnswer(answer: string): { text: string; value: unknown } | undefined {
  const whole = answer.trim()
  const found = parse(whole)
  if (found) return found
  const fenced = firstFenced(whole)
  return fenced === undefined ? undefined : parse(fenced)
}

/** What is between the first line that ends in a code fence, with or without a language, and the next fence. */
function firstFenced(text: string): string | undefined {
  const opening = /```[\w-]*[^\S\n]*\n/g
  if (!opening.test(text)) return undefined
  const end = text.indexOf('```', opening.lastIndex)
  return end === -1 ? undefined : text.slice(opening.lastIndex, end).trim()
}

function parse(text: string): { text: string; value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return { text, value }
  } catch {
    const mended = wholeJson(text)?.text
    if (mended === undefined) return undefined
    const value: unknown = JSON.parse(mended)
    return { text: mended, value }
  }
}
