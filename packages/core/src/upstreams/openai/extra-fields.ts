import type { Exchange } from '../../contract/exchange.ts'
import type { JsonObject } from '../json.ts'

/** Fields that only the Responses endpoint knows, or knows in another meaning: Chat Completions would refuse them. */
const ofResponses = new Set([
  ...['background', 'client_metadata', 'context_management', 'conversation', 'include', 'input', 'instructions'],
  ...['max_tool_calls', 'metadata', 'moderation', 'previous_response_id', 'prompt', 'reasoning', 'store', 'text'],
  ...['stream_options', 'truncation'],
])
const ofCompletions = new Set(['best_of', 'echo', 'suffix'])

/** The client's unknown fields, as far as they mean the same in Chat Completions. Its own pass untouched. */
export function writeExtra(
  extra: Readonly<Record<string, unknown>>,
  endpoint: Exchange['endpoint'] | undefined,
): JsonObject {
  if (endpoint === undefined || endpoint === 'chat-completions') return extra
  const foreign = endpoint === 'responses' ? ofResponses : ofCompletions
  return Object.fromEntries(Object.entries(extra).filter(([name]) => !foreign.has(name)))
}
