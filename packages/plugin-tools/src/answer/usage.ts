import type { StreamEvent } from 'argo-proxy'

export type UsageEvent = Extract<StreamEvent, { type: 'usage' }>

/** The sum of two token counts. */
export function addUsage(one: UsageEvent, other: UsageEvent): UsageEvent {
  const sum: UsageEvent = {
    type: 'usage',
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
  }
  if (one.cachedTokens !== undefined || other.cachedTokens !== undefined) {
    sum.cachedTokens = (one.cachedTokens ?? 0) + (other.cachedTokens ?? 0)
  }
  if (one.reasoningTokens !== undefined || other.reasoningTokens !== undefined) {
    sum.reasoningTokens = (one.reasoningTokens ?? 0) + (other.reasoningTokens ?? 0)
  }
  if (one.estimated || other.estimated) sum.estimated = true
  return sum
}
