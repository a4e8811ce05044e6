import type { EventStep } from '../contract/event.ts'
import type { ChatRequest } from '../contract/request.ts'
import { countInputTokens, countTokens, loadTokenizer } from './token-counter.ts'

/** Counts tokens for upstreams that do not. No event is delayed: the text is kept, and counted when the answer is over. */
export function usageEstimate(request: ChatRequest): EventStep {
  loadTokenizer()
  const texts = new Map<number, string>()
  let counted = false
  return {
    write(event, emit) {
      if ('delta' in event) texts.set(event.choice, (texts.get(event.choice) ?? '') + event.delta)
      else if (event.type === 'usage') counted = true
      else if (event.type === 'finish' && !counted) {
        let outputTokens = 0
        for (const text of texts.values()) outputTokens += countTokens(text)
        emit({ type: 'usage', inputTokens: countInputTokens(request), outputTokens, estimated: true })
      }
      emit(event)
    },
  }
}
