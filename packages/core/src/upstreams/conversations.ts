import type { ChatRequest, Message } from '../contract/request.ts'
import { proxyError } from '../errors.ts'

/** As many choices as OpenAI gives: each call is one more answer that the upstream works on, and all of them begin at once. */
const mostCalls = 128

/** Throws a ProxyError (400) where a request would become more calls than one request may. */
export function checkCallCount(count: number, { n = 1 }: ChatRequest): void {
  if (count <= mostCalls) return
  const message = `The upstream answers one prompt with one choice for each call, and this request would take ${count}: at most ${mostCalls} are allowed. Ask for fewer choices (n), or send fewer prompts.`
  throw proxyError('invalid_value', message, { param: n > 1 ? 'n' : 'prompt' })
}

/** The conversation of each call: one, or for several legacy prompts one for each of them. */
export function conversationsOf({ messages, prompts }: ChatRequest): (readonly Message[])[] {
  if (prompts === undefined || prompts.length < 2) return [messages]
  const instructions = messages.filter(({ role }) => role === 'system' || role === 'developer')
  return messages.filter(({ role }) => role === 'user').map((message) => [...instructions, message])
}
