import type { Endpoint, ParsedRequest } from '../contract/endpoint.ts'
import type { ChatRequest } from '../contract/request.ts'
import { z } from '../zod.ts'
import { chatAnswer } from './chat/answer.ts'
import type { ChatAnswerShape } from './chat/answer-shape.ts'
import { chatChunks } from './chat/chunks.ts'
import { readMessages } from './chat/messages.ts'
import { readFunctionChoice, readFunctions, readToolChoice, readTools } from './chat/tools.ts'
import { wrongValue } from './parse/fault.ts'
import { isGiven, unknownFields } from './parse/fields.ts'
import {
  completionShape,
  optional,
  parameters,
  readBody,
  readParameters,
  stopSequences,
  wholeNumber,
} from './parse/parameters.ts'
import { readResponseFormat } from './parse/response-format.ts'
import { settleToolChoice } from './parse/tool-choice.ts'

const flat = parameters(
  () => ({
    ...completionShape(),
    max_tokens: wholeNumber(1),
    max_completion_tokens: wholeNumber(1),
    parallel_tool_calls: optional(z.boolean()),
    logprobs: optional(z.boolean()),
    top_logprobs: wholeNumber(0, 20),
    reasoning_effort: optional(z.string()),
  }),
  ['messages', 'tools', 'tool_choice', 'functions', 'function_call', 'response_format'],
)

/** `POST /v1/chat/completions`. */
export const chatCompletions = {
  name: 'chat-completions',
  path: '/v1/chat/completions',
  parse(body: unknown): ParsedRequest {
    const { schema, known } = flat()
    const fields = readBody(body)
    const given = readParameters(schema, fields)
    const messages = readMessages(fields.messages)
    const legacy = isGiven(fields.functions)
    if (legacy && isGiven(fields.tools)) throw wrongValue('functions', "'functions' and 'tools' cannot both be given.")
    if (!legacy && isGiven(fields.function_call)) {
      throw wrongValue('function_call', "'function_call' is only allowed when 'functions' are specified.")
    }
    const offered = legacy ? readFunctions(fields.functions) : readTools(fields.tools)
    const chosen = legacy ? readFunctionChoice(fields.function_call) : readToolChoice(fields.tool_choice)
    const toolChoice = settleToolChoice(chosen, offered)
    const responseFormat = readResponseFormat(fields.response_format, 'response_format', 'nested')

    const { model, stream, stream_options, n, seed, logprobs, top_logprobs } = given
    if (top_logprobs && !logprobs) {
      throw wrongValue('top_logprobs', "'top_logprobs' is only allowed when 'logprobs' is true.")
    }
    const hasTools = offered.tools.length > 0
    const request: ChatRequest = {
      model,
      messages,
      stream: stream ?? false,
      includeUsage: (stream && stream_options?.include_usage) ?? false,
      tools: hasTools ? offered.tools : undefined,
      toolChoice,
      // The legacy form has room for one call.
      parallelToolCalls: hasTools ? (legacy ? false : given.parallel_tool_calls) : undefined,
      responseFormat,
      maxOutputTokens: given.max_completion_tokens ?? given.max_tokens,
      limitName: limitName(given),
      temperature: given.temperature,
      topP: given.top_p,
      presencePenalty: given.presence_penalty,
      frequencyPenalty: given.frequency_penalty,
      seed,
      stop: stopSequences(given.stop),
      n,
      logprobs: logprobs ? { top: top_logprobs } : undefined,
      reasoningEffort: given.reasoning_effort,
      user: given.user,
      extra: unknownFields(fields, known) ?? {},
    }
    const shape: ChatAnswerShape = {
      model,
      includeUsage: request.includeUsage,
      legacyFunctions: legacy,
      freeform: offered.freeform,
    }
    return {
      request,
      translated: legacy || offered.freeform.size > 0,
      encode: (kind) => (kind === 'stream' ? chatChunks(shape) : chatAnswer(shape)),
    }
  },
} satisfies Endpoint

/** Under which name the client gave the limit. */
function limitName(given: z.output<ReturnType<typeof flat>['schema']>): ChatRequest['limitName'] {
  if (given.max_completion_tokens !== undefined) return 'max_completion_tokens'
  return given.max_tokens === undefined ? undefined : 'max_tokens'
}
