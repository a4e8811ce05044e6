import { z } from 'zod'

/**
 * What Open Responses demands of a Response object and of each event of its stream: the fields, their types and their
 * nullability, from the specification's own schemas (openresponses/openresponses). Where its versions differ, the
 * stricter: `user` and `logprobs` were required for a time, and a reasoning delta had OpenAI's name only later.
 */
const outputText = z.object({
  type: z.literal('output_text'),
  text: z.string(),
  annotations: z.array(z.looseObject({ type: z.literal('url_citation') })),
  logprobs: z.array(z.lazy(() => logProb)),
})
const token = { token: z.string(), logprob: z.number(), bytes: z.array(z.int()) }
const logProb = z.object({ ...token, top_logprobs: z.array(z.object(token)) })

const contentPart = z.discriminatedUnion('type', [
  outputText,
  z.object({ type: z.enum(['input_text', 'text', 'summary_text', 'reasoning_text']), text: z.string() }),
  z.object({ type: z.literal('refusal'), refusal: z.string() }),
  z.object({
    type: z.literal('input_image'),
    image_url: z.string().nullable(),
    detail: z.enum(['low', 'high', 'auto']),
  }),
  z.object({ type: z.literal('input_file'), filename: z.string().optional(), file_url: z.string().optional() }),
])

const status = z.enum(['in_progress', 'completed', 'incomplete'])
export const item = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('message'),
    id: z.string(),
    status,
    role: z.enum(['user', 'assistant', 'system', 'developer']),
    content: z.array(contentPart),
  }),
  z.object({
    type: z.literal('function_call'),
    id: z.string(),
    call_id: z.string(),
    name: z.string(),
    arguments: z.string(),
    status,
  }),
  z.object({
    type: z.literal('function_call_output'),
    id: z.string(),
    call_id: z.string(),
    output: z.union([z.string(), z.array(contentPart)]),
    status,
  }),
  z.object({
    type: z.literal('reasoning'),
    id: z.string(),
    content: z.array(contentPart).optional(),
    summary: z.array(contentPart),
    encrypted_content: z.string().optional(),
  }),
])

const choice = z.enum(['none', 'auto', 'required'])
const chosenFunction = z.object({ type: z.literal('function'), name: z.string().optional() })
const textFormat = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['text', 'json_object']) }),
  z.object({
    type: z.literal('json_schema'),
    name: z.string(),
    description: z.string().nullable(),
    schema: z.looseObject({}).nullable(),
    strict: z.boolean(),
  }),
])

export const responseResource = z.object({
  id: z.string(),
  object: z.literal('response'),
  created_at: z.int(),
  completed_at: z.int().nullable(),
  status: z.string(),
  incomplete_details: z.object({ reason: z.string() }).nullable(),
  model: z.string(),
  previous_response_id: z.string().nullable(),
  instructions: z.string().nullable(),
  output: z.array(item),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  tools: z.array(
    z.object({
      type: z.literal('function'),
      name: z.string(),
      description: z.string().nullable(),
      parameters: z.looseObject({}).nullable(),
      strict: z.boolean().nullable(),
    }),
  ),
  tool_choice: z.union([
    choice,
    chosenFunction,
    z.object({ type: z.literal('allowed_tools'), tools: z.array(chosenFunction), mode: choice }),
  ]),
  truncation: z.enum(['auto', 'disabled']),
  parallel_tool_calls: z.boolean(),
  text: z.object({ format: textFormat, verbosity: z.enum(['low', 'medium', 'high']).optional() }),
  top_p: z.number(),
  presence_penalty: z.number(),
  frequency_penalty: z.number(),
  top_logprobs: z.int(),
  temperature: z.number(),
  reasoning: z
    .object({
      effort: z.enum(['none', 'low', 'medium', 'high', 'xhigh']).nullable(),
      summary: z.enum(['concise', 'detailed', 'auto']).nullable(),
    })
    .nullable(),
  user: z.string().nullable(),
  usage: z
    .object({
      input_tokens: z.int(),
      output_tokens: z.int(),
      total_tokens: z.int(),
      input_tokens_details: z.object({ cached_tokens: z.int() }),
      output_tokens_details: z.object({ reasoning_tokens: z.int() }),
    })
    .nullable(),
  max_output_tokens: z.int().nullable(),
  max_tool_calls: z.int().nullable(),
  store: z.boolean(),
  background: z.boolean(),
  service_tier: z.string(),
  metadata: z.unknown().refine((value) => value !== undefined, 'is missing'),
  safety_identifier: z.string().nullable(),
  prompt_cache_key: z.string().nullable(),
})

const numbered = { sequence_number: z.int() }
const placed = { ...numbered, output_index: z.int() }
const ofItem = { ...placed, item_id: z.string() }
const ofContent = { ...ofItem, content_index: z.int() }
const ofSummary = { ...ofItem, summary_index: z.int() }
const logprobs = z.array(logProb)

export const streamingEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.enum(
      ['created', 'queued', 'in_progress', 'completed', 'failed', 'incomplete'].map((end) => `response.${end}`),
    ),
    ...numbered,
    response: responseResource,
  }),
  z.object({
    type: z.enum(['response.output_item.added', 'response.output_item.done']),
    ...placed,
    item: item.nullable(),
  }),
  z.object({
    type: z.enum(['response.content_part.added', 'response.content_part.done']),
    ...ofContent,
    part: contentPart,
  }),
  z.object({ type: z.literal('response.output_text.delta'), ...ofContent, delta: z.string(), logprobs }),
  z.object({ type: z.literal('response.output_text.done'), ...ofContent, text: z.string(), logprobs }),
  z.object({
    type: z.enum(['response.refusal.delta', 'response.reasoning_text.delta']),
    ...ofContent,
    delta: z.string(),
  }),
  z.object({ type: z.literal('response.refusal.done'), ...ofContent, refusal: z.string() }),
  z.object({ type: z.literal('response.reasoning_text.done'), ...ofContent, text: z.string() }),
  z.object({
    type: z.enum(['response.reasoning_summary_part.added', 'response.reasoning_summary_part.done']),
    ...ofSummary,
    part: contentPart,
  }),
  z.object({ type: z.literal('response.reasoning_summary_text.delta'), ...ofSummary, delta: z.string() }),
  z.object({ type: z.literal('response.reasoning_summary_text.done'), ...ofSummary, text: z.string() }),
  z.object({ type: z.literal('response.function_call_arguments.delta'), ...ofItem, delta: z.string() }),
  z.object({ type: z.literal('response.function_call_arguments.done'), ...ofItem, arguments: z.string() }),
  z.object({
    type: z.literal('error'),
    ...numbered,
    error: z.object({
      type: z.string(),
      code: z.string().nullable(),
      message: z.string(),
      param: z.string().nullable(),
      headers: z.record(z.string(), z.string()).optional(),
    }),
  }),
])

/** What is wrong with a value; empty where nothing is. */
export function faultsOf(schema: z.ZodType, value: unknown): string[] {
  const result = schema.safeParse(value)
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}
