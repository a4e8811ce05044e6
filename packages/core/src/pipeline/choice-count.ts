import type { ChatRequest } from '../contract/request.ts'

/** How many choices an answer has: `n` for each conversation, or for each of several legacy prompts. */
export function choiceCount({ n = 1, prompts = [] }: Pick<ChatRequest, 'n' | 'prompts'>): number {
  return n * Math.max(1, prompts.length)
}
