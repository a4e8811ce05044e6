import type { ChatRequest, Prompt } from '../../contract/request.ts'
import type { JsonObject } from '../json.ts'
import { writeSampling } from './sampling-fields.ts'

/**
 * The prompts of a legacy completion; `undefined` for every other request, and where a plugin has changed the messages
 * into what prompts cannot say.
 *
 * A text is taken from the messages: a plugin rewrites those.
 */
export function promptsOf({ prompts, messages }: ChatRequest): Prompt[] | undefined {
  if (prompts === undefined || prompts.length !== messages.length) return undefined
  const written: Prompt[] = []
  for (const [index, prompt] of prompts.entries()) {
    const message = messages[index]
    if (message?.role !== 'user' || typeof message.content !== 'string') return undefined
    written.push(typeof prompt === 'string' ? message.content : prompt)
  }
  return written
}

/** The body of `/completions`, without what the kind of the call adds. */
export function writeCompletionBody(request: ChatRequest, prompts: readonly Prompt[]): JsonObject {
  const body: JsonObject = { model: request.model, prompt: prompts.length === 1 ? prompts[0] : prompts }
  Object.assign(body, writeSampling(request))
  if (request.maxOutputTokens !== undefined) body.max_tokens = request.maxOutputTokens
  if (request.logprobs !== undefined) body.logprobs = request.logprobs.top ?? 0
  return { ...body, ...request.extra }
}
