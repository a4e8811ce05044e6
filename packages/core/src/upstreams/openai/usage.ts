import type { Usage } from '../../contract/event.ts'
import { isRecord } from '../../record.ts'
import { countIn, type JsonObject } from '../json.ts'

/** OpenAI's `usage`; `undefined` where it counts nothing. */
export function readUsage(fields: JsonObject): Usage | undefined {
  const inputTokens = countIn(fields.prompt_tokens) ?? countIn(fields.input_tokens)
  const outputTokens = countIn(fields.completion_tokens) ?? countIn(fields.output_tokens)
  if (inputTokens === undefined && outputTokens === undefined) return undefined
  const usage: Usage = { inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0 }
  const prompt = isRecord(fields.prompt_tokens_details) ? fields.prompt_tokens_details : {}
  const completion = isRecord(fields.completion_tokens_details) ? fields.completion_tokens_details : {}
  const cachedTokens = countIn(prompt.cached_tokens) ?? countIn(fields.prompt_cache_hit_tokens)
  const reasoningTokens = countIn(completion.reasoning_tokens)
  if (cachedTokens !== undefined) usage.cachedTokens = cachedTokens
  if (reasoningTokens !== undefined) usage.reasoningTokens = reasoningTokens
  return usage
}
