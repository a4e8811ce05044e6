import type { Usage } from '../../contract/event.ts'
import { isRecord } from '../../record.ts'
import { wrongValue } from '../parse/fault.ts'
import type { Fields } from '../parse/fields.ts'
import type { ResponseParameters } from './parameters.ts'

/** What of a Response object changes while it comes to be. */
export interface ResponseState {
  status: 'in_progress' | 'completed' | 'incomplete' | 'failed'
  completedAt?: number
  /** JSON of each finished item, in order. */
  output: readonly string[]
  usage?: Usage
  serviceTier: string
  error?: { code: string; message: string }
  incompleteReason?: 'max_output_tokens' | 'content_filter'
}

/**
 * The part of a Response object that repeats the request, as JSON without its braces. Made while the request is read, so
 * that what can't be written (JSON nested too deeply) is a fault of the request. `user` is never null: the schema has it
 * as a string.
 */
export function echoOfRequest(fields: Fields, parameters: ResponseParameters, shownTools: readonly Fields[]): string {
  const { reasoning } = parameters
  const text = isRecord(fields.text) ? fields.text : {}
  const echo = {
    background: false,
    instructions: parameters.instructions ?? null,
    max_output_tokens: parameters.max_output_tokens ?? null,
    max_tool_calls: parameters.max_tool_calls ?? null,
    parallel_tool_calls: parameters.parallel_tool_calls ?? true,
    presence_penalty: parameters.presence_penalty ?? 0,
    frequency_penalty: parameters.frequency_penalty ?? 0,
    previous_response_id: parameters.previous_response_id ?? null,
    prompt_cache_key: parameters.prompt_cache_key ?? null,
    reasoning: {
      effort: reasoning?.effort ?? null,
      summary: reasoning?.summary ?? reasoning?.generate_summary ?? null,
    },
    safety_identifier: parameters.safety_identifier ?? null,
    store: parameters.store ?? true,
    temperature: parameters.temperature ?? 1,
    text: { ...text, format: shownFormat(text.format), verbosity: text.verbosity ?? 'medium' },
    tool_choice: fields.tool_choice ?? 'auto',
    tools: shownTools,
    top_logprobs: parameters.top_logprobs ?? 0,
    top_p: parameters.top_p ?? 1,
    truncation: parameters.truncation ?? 'disabled',
    user: parameters.user ?? '',
    metadata: parameters.metadata ?? {},
  }
  try {
    return JSON.stringify(echo).slice(1, -1)
  } catch {
    throw wrongValue('tools', 'The request is nested too deeply.')
  }
}

/**
 * Every field of a schema's format is there: Open Responses demands them. Its `description` may be null where OpenAI's may
 * only be absent, so that it is empty here.
 */
function shownFormat(format: unknown): Fields {
  if (!isRecord(format)) return { type: 'text' }
  if (format.type !== 'json_schema') return format
  const { description, schema, strict } = format
  return { ...format, description: description ?? '', schema: schema ?? {}, strict: strict ?? false }
}

/** Writes Response objects of one answer: `identity` and `echo` are their constant text. */
export function responseWriter(identity: { id: string; created: number; model: string }, echo: string) {
  const head = `{"id":${JSON.stringify(identity.id)},"object":"response","created_at":${identity.created},"status":"`
  const tail = `,"model":${JSON.stringify(identity.model)},${echo}}`
  return (state: ResponseState): string => {
    const { status, completedAt = null, output, usage, serviceTier, error = null, incompleteReason } = state
    const details = incompleteReason ? `{"reason":"${incompleteReason}"}` : 'null'
    return (
      `${head}${status}","completed_at":${completedAt},"error":${JSON.stringify(error)},"incomplete_details":${details}` +
      `,"output":[${output.join(',')}],"usage":${JSON.stringify(responseUsage(usage))},"service_tier":${JSON.stringify(serviceTier)}${tail}`
    )
  }
}

/** `usage` of Responses, where every field has to be there; zeros until it is known. */
function responseUsage(usage: Usage = { inputTokens: 0, outputTokens: 0 }): Fields {
  const { inputTokens, outputTokens, cachedTokens = 0, reasoningTokens = 0 } = usage
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedTokens, cache_write_tokens: 0 },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: inputTokens + outputTokens,
  }
}
