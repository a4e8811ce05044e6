import type { Endpoint, ParsedRequest } from '../contract/endpoint.ts'
import type { ChatRequest, Prompt } from '../contract/request.ts'
import { z } from '../zod.ts'
import { completionAnswer } from './completion/answer.ts'
import { type CompletionAnswerShape, completionChunks } from './completion/chunks.ts'
import { readPrompts } from './completion/prompts.ts'
import { unsupported } from './parse/fault.ts'
import { unknownFields } from './parse/fields.ts'
import {
  completionShape,
  optional,
  parameters,
  readBody,
  readParameters,
  stopSequences,
  wholeNumber,
} from './parse/parameters.ts'

const flat = parameters(
  () => ({
    ...completionShape(),
    max_tokens: wholeNumber(0),
    logprobs: wholeNumber(0, 5),
    echo: optional(z.boolean()),
    suffix: optional(z.string()),
    best_of: wholeNumber(0, 20),
  }),
  ['prompt'],
)

/** `POST /v1/completions`. */
export const completions = {
  name: 'completions',
  path: '/v1/completions',
  parse(body: unknown): ParsedRequest {
    const { schema, known } = flat()
    const fields = readBody(body)
    const given = readParameters(schema, fields)
    const prompts = readPrompts(fields.prompt)
    const { model, stream, stream_options, n = 1, best_of, suffix, echo } = given
    if (suffix) throw unsupported('suffix', "'suffix' is not supported: put what comes after into the prompt.")
    if (best_of !== undefined && best_of !== n) {
      throw unsupported(
        'best_of',
        `'best_of' other than 'n' (${n}) is not supported: ask for 'n' answers and choose among them.`,
      )
    }
    const { prepended, extra } = settleEcho(echo ?? false, prompts, given.logprobs !== undefined)
    const request: ChatRequest = {
      model,
      messages: prompts.map((prompt) => ({ role: 'user', content: typeof prompt === 'string' ? prompt : '' })),
      prompts,
      stream: stream ?? false,
      includeUsage: (stream && stream_options?.include_usage) ?? false,
      maxOutputTokens: given.max_tokens,
      temperature: given.temperature,
      topP: given.top_p,
      presencePenalty: given.presence_penalty,
      frequencyPenalty: given.frequency_penalty,
      seed: given.seed,
      stop: stopSequences(given.stop),
      n: given.n,
      logprobs: given.logprobs === undefined ? undefined : { top: given.logprobs },
      user: given.user,
      extra: { ...unknownFields(fields, known), ...extra },
    }
    const shape: CompletionAnswerShape = {
      model,
      includeUsage: request.includeUsage,
      prefix: prepended ? (choice) => textOf(prompts[Math.floor(choice / n)]) : () => '',
    }
    return {
      request,
      translated: prepended,
      clientParam: (param) => param.replace(/^messages\b.*$/, 'prompt'),
      encode: (kind) => (kind === 'stream' ? completionChunks(shape) : completionAnswer(shape)),
    }
  },
} satisfies Endpoint

/** The proxy echoes texts by itself. Tokens, and the log probabilities of a prompt, only the upstream knows. */
function settleEcho(
  echo: boolean,
  prompts: readonly Prompt[],
  logprobs: boolean,
): { prepended: boolean; extra: object } {
  if (!echo) return { prepended: false, extra: {} }
  const upstreamOnly = logprobs || prompts.some((prompt) => typeof prompt !== 'string')
  return upstreamOnly ? { prepended: false, extra: { echo } } : { prepended: true, extra: {} }
}

function textOf(prompt: Prompt | undefined): string {
  return typeof prompt === 'string' ? prompt : ''
}
