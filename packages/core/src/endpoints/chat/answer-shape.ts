import type { FinishReason, Usage } from '../../contract/event.ts'

/** What the client's request says about the form of its answer. */
export interface ChatAnswerShape {
  /** The name to give where the upstream says none. */
  model: string
  includeUsage: boolean
  /** The client knows `function_call` instead of `tool_calls`. */
  legacyFunctions: boolean
  /** Names of the tools that the client knows as custom ones. */
  freeform: ReadonlySet<string>
}

const reasons = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
} as const satisfies Record<FinishReason, string>

export function chatReason(reason: FinishReason, legacyFunctions: boolean): string {
  return legacyFunctions && reason === 'tool-calls' ? 'function_call' : reasons[reason]
}

/** `usage` of the two Completions endpoints. What the upstream did not say is absent. */
export function completionUsage(usage: Usage): Record<string, unknown> {
  const { inputTokens, outputTokens, cachedTokens, reasoningTokens } = usage
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    ...(cachedTokens !== undefined && { prompt_tokens_details: { cached_tokens: cachedTokens } }),
    ...(reasoningTokens !== undefined && { completion_tokens_details: { reasoning_tokens: reasoningTokens } }),
  }
}
