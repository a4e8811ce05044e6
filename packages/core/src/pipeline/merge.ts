import type { EventStep, Usage } from '../contract/event.ts'

/** Several calls' answers as one: a single `start`, the usage added up, `finish` when all have finished. */
export function merge(calls: number): EventStep {
  let started = false
  let running = calls
  const usage: Usage = { inputTokens: 0, outputTokens: 0 }
  let counted = false
  return {
    write(event, emit) {
      switch (event.type) {
        case 'start':
          if (!started) emit(event)
          started = true
          return
        case 'usage':
          counted = true
          usage.inputTokens += event.inputTokens
          usage.outputTokens += event.outputTokens
          if (event.cachedTokens !== undefined) usage.cachedTokens = (usage.cachedTokens ?? 0) + event.cachedTokens
          if (event.reasoningTokens !== undefined) {
            usage.reasoningTokens = (usage.reasoningTokens ?? 0) + event.reasoningTokens
          }
          return
        case 'finish':
          running -= 1
          if (running > 0) return
          if (counted) emit({ type: 'usage', ...usage })
          return emit(event)
        default:
          emit(event)
      }
    },
  }
}
