import type { FinishReason } from '../../contract/event.ts'

/** OpenAI's reasons, and the words that other servers have for them. */
const reasons: Record<string, FinishReason> = {
  stop: 'stop',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  tool_use: 'tool-calls',
  content_filter: 'content-filter',
  safety: 'content-filter',
  recitation: 'content-filter',
}

/** Reasons of servers that gave an answer up in its midst. */
const failures = new Set(['abort', 'aborted', 'cancelled', 'error', 'insufficient_system_resource'])

/** `failed` where the answer was given up; a reason that nobody knows is an ordinary end. */
export function readFinishReason(reason: string): FinishReason | 'failed' {
  const word = reason.toLowerCase()
  return failures.has(word) ? 'failed' : (reasons[word] ?? 'stop')
}
