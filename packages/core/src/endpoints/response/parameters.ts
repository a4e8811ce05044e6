import { z } from '../../zod.ts'
import { unsupported } from '../parse/fault.ts'
import { type Fields, isGiven, unknownFields } from '../parse/fields.ts'
import {
  parameters as flatParameters,
  optional,
  readParameters,
  samplingShape,
  wholeNumber,
} from '../parse/parameters.ts'

/**
 * Fields that Chat Completions alone have, and what Responses have for them. Upstream they would stand beside what is
 * written of the request, or in its place.
 */
const fieldsOfChat = new Map<string, string | undefined>([
  ['messages', 'input'],
  ['max_tokens', 'max_output_tokens'],
  ['max_completion_tokens', 'max_output_tokens'],
  ['response_format', 'text.format'],
  ['reasoning_effort', 'reasoning.effort'],
  ['verbosity', 'text.verbosity'],
  ['logprobs', 'include'],
  ['functions', 'tools'],
  ['function_call', 'tool_choice'],
  ['n', undefined],
  ['seed', undefined],
  ['stop', undefined],
])

const flat = flatParameters(
  () => {
    const summary = optional(z.enum(['auto', 'concise', 'detailed']))
    return {
      ...samplingShape(),
      instructions: optional(z.string()),
      previous_response_id: optional(z.string()),
      store: optional(z.boolean()),
      max_output_tokens: wholeNumber(1),
      max_tool_calls: wholeNumber(1),
      parallel_tool_calls: optional(z.boolean()),
      top_logprobs: wholeNumber(0, 20),
      truncation: optional(z.enum(['auto', 'disabled'])),
      include: optional(z.array(z.string())),
      metadata: optional(z.record(z.string(), z.string())),
      reasoning: optional(z.object({ effort: optional(z.string()), summary, generate_summary: summary })),
      service_tier: optional(z.string()),
      safety_identifier: optional(z.string()),
      prompt_cache_key: optional(z.string()),
      prompt_cache_retention: optional(z.string()),
      // `format` is read by itself.
      text: optional(z.object({ verbosity: optional(z.string()) })),
      stream_options: optional(z.object({ include_obfuscation: optional(z.boolean()) })),
      background: optional(z.boolean()),
    }
  },
  // Read by themselves, or without a meaning beyond Responses. Chat Completions would refuse the latter.
  [
    ...fieldsOfChat.keys(),
    'input',
    'tools',
    'tool_choice',
    'conversation',
    'prompt',
    'prompt_cache_options',
    'context_management',
    'moderation',
    'client_metadata',
  ],
)

export type ResponseParameters = z.output<ReturnType<typeof flat>['schema']>

/** Have the same name and meaning in Chat Completions. */
const alsoOfChat = ['service_tier', 'safety_identifier', 'prompt_cache_key', 'prompt_cache_retention'] as const

/** The flat fields of a Responses request. */
export function readResponseParameters(fields: Fields): ResponseParameters {
  for (const [name, instead] of fieldsOfChat) {
    if (!isGiven(fields[name])) continue
    const remedy = instead ? `give it as '${instead}'.` : 'leave it out.'
    throw unsupported(name, `'${name}' belongs to Chat Completions, and not to Responses: ${remedy}`)
  }
  const parameters = readParameters(flat().schema, fields)
  if (parameters.background) throw unsupported('background', "'background' is not supported: ask for a stream instead.")
  if (isGiven(fields.conversation)) {
    throw unsupported('conversation', "'conversation' is not supported: use 'previous_response_id' or send all items.")
  }
  if (isGiven(fields.prompt)) {
    throw unsupported(
      'prompt',
      "'prompt' (a stored template) is not supported: send its text as 'instructions' and 'input'.",
    )
  }
  return parameters
}

/** What goes on to the upstream as it is, in the form of Chat Completions. */
export function extraOfChat(fields: Fields, parameters: ResponseParameters): Fields {
  const extra: Fields = { ...unknownFields(fields, flat().known) }
  for (const key of alsoOfChat) if (parameters[key] !== undefined) extra[key] = parameters[key]
  const verbosity = parameters.text?.verbosity
  if (verbosity !== undefined) extra.verbosity = verbosity
  return extra
}
