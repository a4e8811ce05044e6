import { wholeJson } from '../parser/call-object.ts'

/** The JSON in an answer that should be nothing else: fences around it, and prose around fences, are taken off. */
export function parseJsonAnswer(answer: string): { text: string; value: unknown } | undefined {
  const whole = answer.trim()
  const fenced = /```[\w-]*\s*\n([\s\S]*?)\n?\s*```/.exec(whole)?.[1]?.trim()
  for (const text of fenced === undefined ? [whole] : [whole, fenced]) {
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
