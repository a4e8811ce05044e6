import type { ChatRequest, ContentPart, Message } from '../contract/request.ts'
import { memoize } from '../memoize.ts'
import { type LongText, longTextOf } from '../wire/long-texts.ts'

/** Characters that are counted exactly; what is longer is reckoned from so many of its beginning. */
const exactLength = 16 * 1024
const sampleLength = 4 * 1024
/** English prose, until the tokenizer is there. */
const charactersPerToken = 4
/** What OpenAI's chat format adds to each message, and to the answer's beginning. */
const tokensPerMessage = 3

/** Characters of the texts whose counts are kept: agents send the whole conversation again with each turn. */
const keptCharacters = 2 * 1024 * 1024

type CountTokens = (text: string) => number

let loading = false
/** Counts are remembered, but not those of a slice: it would keep the whole text in memory. */
let exact: { count: CountTokens; memoized: CountTokens } | undefined

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
    const count: CountTokens = (text) => tokenizer.countTokens(text, options)
    exact = { count, memoized: memoize(keptCharacters, count) }
  })
}

/** An estimate of a text's tokens. Its cost is bounded, however long the text is. */
export function countTokens(text: string): number {
  if (text === '') return 0
  if (!exact) return countRoughly(text)
  if (text.length <= exactLength) return exact.memoized(text)
  return reckoned(exact.count, text.slice(0, sampleLength), sampleLength / text.length)
}

/** An estimate of what a request costs as input. */
export function countInputTokens({ messages }: ChatRequest): number {
  return messages.reduce((sum, message) => sum + tokensPerMessage + countMessage(message), tokensPerMessage)
}

function countMessage(message: Message): number {
  const calls = message.role === 'assistant' ? (message.toolCalls ?? []) : []
  return countContent(message) + countTokens(calls.map((call) => call.name + call.arguments).join(''))
}

function countContent(message: Message): number {
  const long = longTextOf(message, 'content')
  if (long) return countLongText(long)
  const { content } = message
  if (typeof content === 'string') return countTokens(content)
  return (content ?? []).reduce((sum, part) => sum + (part.type === 'text' ? countPart(part) : 0), 0)
}

function countPart(part: ContentPart & { type: 'text' }): number {
  const long = longTextOf(part, 'text')
  return long ? countLongText(long) : countTokens(part.text)
}

/** By its beginning: the whole of it is not parsed for a count. */
function countLongText(long: LongText): number {
  const { text, share } = long.beginning(sampleLength)
  return reckoned(exact?.memoized ?? countRoughly, text, share)
}

/** `share`: of the whole, that the beginning is. */
function reckoned(count: CountTokens, beginning: string, share: number): number {
  return Math.round(count(beginning) / share)
}

function countRoughly(text: string): number {
  return Math.ceil(text.length / charactersPerToken)
}
