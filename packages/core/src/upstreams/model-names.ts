import { distance as editDistance } from 'fastest-levenshtein'
import type { ProxyError } from '../contract/error.ts'
import { proxyError } from '../errors.ts'
import { memoize } from '../memoize.ts'

/** Characters of the names whose keys are kept: each request asks for one or two. */
const keptCharacters = 16 * 1024

/**
 * The form in which names are compared: `argo:GPT-4o`, `gpt-4o` and `gpt4o` are one model, and so are
 * `claude-4-opus` and `claude-opus-4`.
 */
export const modelKey = memoize(keptCharacters, (name) => {
  const bare = name
    .trim()
    .toLowerCase()
    .replace(/^argo[:/]/, '')
  const letters = bare.replace(/[^\p{L}\d]/gu, '')
  return letters.replace(/^claude(\d+)(opus|sonnet|haiku)/, 'claude$2$1')
})

/** The key without a date at its end: `gpt-4o-2024-08-06`, `claude-opus-4-20250514`. */
export function undatedModelKey(name: string): string {
  return modelKey(name.trim().replace(/[-@]20\d\d-?\d\d-?\d\d$/, ''))
}

/** Up to three of the known names that are nearest to a wrong one, nearest first. */
export function nearNames(name: string, known: Iterable<string>): string[] {
  const key = modelKey(name)
  const farthest = Math.max(2, Math.floor(key.length / 3))
  const near = new Map<string, { name: string; distance: number }>()
  for (const candidate of known) {
    const candidateKey = modelKey(candidate)
    const begins = key.length > 2 && (candidateKey.startsWith(key) || key.startsWith(candidateKey))
    const distance = begins ? 1 : editDistance(key, candidateKey)
    if (distance <= farthest && !near.has(candidateKey)) near.set(candidateKey, { name: candidate, distance })
  }
  return [...near.values()]
    .sort((left, right) => left.distance - right.distance)
    .slice(0, 3)
    .map((found) => found.name)
}

/** OpenAI's 404 for a model that is not there, with the names that may have been meant. */
export function modelNotFound(name: string, known: Iterable<string>): ProxyError {
  const near = nearNames(name, known)
  const remedy = near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'GET /v1/models lists those that do.'
  return proxyError('model_not_found', `The model \`${name.slice(0, 200)}\` does not exist. ${remedy}`, {
    param: 'model',
  })
}
