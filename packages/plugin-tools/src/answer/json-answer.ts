import { wholeJson } from '../parser/call-object.ts'

/**
 * The JSON of an answer that should hold nothing else. A code fence around it, and prose around the fence, are taken
 * off; `undefined` where there is no JSON.
 */
export function parseJsonAnswer(answer: string): { text: string; value: unknown } | undefined {
  const whole = answer.trim()
  return parse(whole) ?? firstParsed(fenced(whole))
}

const fence = '```'

/**
 * What is between the first line that ends in a code fence, with or without a language, and the last fence; then, the
 * next one. A text within the JSON may hold fences of its own.
 */
function fenced(text: string): string[] {
  const opening = /```[\w-]*[^\S\n]*\n/g
  if (!opening.test(text)) return []
  const start = opening.lastIndex
  const ends = new Set([text.lastIndexOf(fence), text.indexOf(fence, start)])
  return [...ends].filter((end) => end >= start).map((end) => text.slice(start, end).trim())
}

function firstParsed(texts: readonly string[]): { text: string; value: unknown } | undefined {
  for (const text of texts) {
    const found = parse(text)
    if (found) return found
  }
  return undefined
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
