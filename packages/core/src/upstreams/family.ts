import type { ModelFamily } from '../contract/exchange.ts'

const families: readonly (readonly [RegExp, ModelFamily])[] = [
  [/claude|\b(?:opus|sonnet|haiku)/, 'anthropic'],
  [/gemini|gemma/, 'google'],
  [/gpt|\bo[1-9]\b|chatgpt|davinci|text-embedding|\bada\d|\bv3(?:small|large)/, 'openai'],
]

/** The family of a model, by the name in any of its spellings. */
export function familyOf(model: string): ModelFamily {
  const name = model.toLowerCase()
  return families.find(([pattern]) => pattern.test(name))?.[1] ?? 'other'
}
