import type { ChatRequest, Content, Message } from '../contract/request.ts'
import { type CountTokens, createCountMemory } from './count-memory.ts'

/** Characters that are counted exactly; what is longer is reckoned from its beginning. */
const exactLength = 16 * 1024
/** English prose, until the tokenizer is there. */
const charactersPerToken = 4
/** What OpenAI's chat format adds to each message, and to the answer's beginning. */
const tokensPerMessage = 3

/** Characters of the texts whose counts are kept: agents send the whole conversation again with each turn. */
const counts = createCountMemory(2 * 1024 * 1024)

let loading = false
let exact: CountTokens | undefined

/**
 * Has the tokenizer loaded (o200k: the vocabulary of current OpenAI models; those of others are not public). It takes
 * some 150 ms once, so it is done when the first request needs it, while the upstream is at work.
 */
export function loadTokenizer(): void {
  if (loading) return
  loading = true
  void import('gpt-tokenizer/encoding/o200k_base').then((tokenizer) => {
    // A text may hold what looks like a special token: it is text.
    const options = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() }
    exact = (text) => tokenizer.countTokens(text, options)
  })
}

/** An estimate of a text's tokens. Its cost is bounded, however long the text is. */
export function countTokens(text: string): number {
  if (text === '') return 0
  if (!exact) return Math.ceil(text.length / charactersPerToken)
  if (text.length <= exactLength) return counts.of(text, exact)
  return Math.round((exact(text.slice(0, exactLength)) * text.length) / exactLength)
}

/** An estimate of what a request costs as input. */
export function countInputTokens({ messages }: ChatRequest): number {
  return messages.reduce((sum, message) => sum + tokensPerMessage + countTokens(textOf(message)), tokensPerMessage)
}

function textOf(message: Message): string {
  const content = message.content === null ? '' : textOfContent(message.content)
  const calls = message.role === 'assistant' ? (message.toolCalls ?? []) : []
  return content + calls.map((call) => call.name + call.arguments).join('')
}

function textOfContent(content: Content): string {
  if (typeof content === 'string') return content
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('')
}
