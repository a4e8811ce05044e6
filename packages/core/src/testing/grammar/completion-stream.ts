import { type ChunkStream, checkChunkStream, wholeChoices } from './chunk-stream.ts'
import { countAt, type Fail, type JsonObject, stringAt } from './violation.ts'

export interface CompletionChoiceSummary {
  text: string
  finishReason: string | null
}

/** What a stream of legacy Completions came to. The fields of the first choice stand at the top, too. */
export interface CompletionStreamSummary extends ChunkStream, CompletionChoiceSummary {
  choices: CompletionChoiceSummary[]
}

const format = 'completion stream'
const reasons = new Set(['stop', 'length', 'content_filter'])

/**
 * Checks a whole stream of `POST /v1/completions`: one id, a finish reason at the end of each choice and nowhere else, one
 * end. Throws a StreamGrammarError that quotes the first event that is wrong.
 */
export function checkCompletionStream(text: string): CompletionStreamSummary {
  const states = new Map<number, CompletionChoiceSummary>()
  const stream = checkChunkStream(text, format, 'text_completion', (choice, fail) => takeChoice(choice, states, fail))
  const choices = wholeChoices(states, format, stream.error !== undefined)
  return { ...stream, choices, ...(choices[0] ?? { text: '', finishReason: null }) }
}

function takeChoice(choice: JsonObject, states: Map<number, CompletionChoiceSummary>, fail: Fail): void {
  const index = countAt(choice, 'index', fail)
  const state = states.get(index) ?? { text: '', finishReason: null }
  states.set(index, state)
  if (state.finishReason !== null) fail(`choice ${index} goes on after its finish_reason`)
  state.text += stringAt(choice, 'text', fail)
  const { finish_reason: reason } = choice
  if (reason === null) return
  if (typeof reason !== 'string' || !reasons.has(reason)) fail(`the finish_reason ${JSON.stringify(reason)}`)
  state.finishReason = String(reason)
}
