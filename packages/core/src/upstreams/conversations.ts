import type { ChatRequest, Message } from '../contract/request.ts'

/** The conversation of each call: one, or for several legacy prompts one for each of them. */
export function conversationsOf({ messages, prompts }: ChatRequest): (readonly Message[])[] {
  if (prompts === undefined || prompts.length < 2) return [messages]
  const instructions = messages.filter(({ role }) => role === 'system' || role === 'developer')
  return messages.filter(({ role }) => role === 'user').map((message) => [...instructions, message])
}
