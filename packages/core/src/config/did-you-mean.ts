import { distance as editDistance } from 'fastest-levenshtein'

/** The candidate that is most like the word, where one is like it at all. */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  const longest = Math.ceil(word.length * 0.4)
  let best: { candidate: string; distance: number } | undefined
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance <= longest && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { candidate, distance }
  }
  return best?.candidate
}

/** `, did you mean "port"?`, or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const candidate = closest(word, candidates)
  return candidate === undefined ? '' : `, did you mean "${candidate}"?`
}
