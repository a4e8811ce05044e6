import type { ChatRequest, ResponseFormat, Tool, ToolChoice } from '../../contract/request.ts'
import type { JsonObject } from '../json.ts'
import { writeMessage } from './chat-messages.ts'
import { writeSampling } from './sampling-fields.ts'

/** The body of `/chat/completions`, without what the kind of the call adds. Fields not given are absent. */
export function writeChatBody(request: ChatRequest): JsonObject {
  const body: JsonObject = {
    model: request.model,
    messages: request.messages.map(writeMessage),
    ...writeSampling(request),
  }
  if (request.maxOutputTokens !== undefined)
    body[request.limitName ?? limitName(request.model)] = request.maxOutputTokens
  if (request.tools?.length) {
    body.tools = request.tools.map(writeTool)
    // Without tools these two would be a 400.
    if (request.toolChoice !== undefined) body.tool_choice = writeToolChoice(request.toolChoice)
    if (request.parallelToolCalls !== undefined) body.parallel_tool_calls = request.parallelToolCalls
  }
  if (request.responseFormat !== undefined) body.response_format = writeResponseFormat(request.responseFormat)
  if (request.logprobs !== undefined) {
    body.logprobs = true
    if (request.logprobs.top !== undefined) body.top_logprobs = request.logprobs.top
  }
  if (request.reasoningEffort !== undefined) body.reasoning_effort = request.reasoningEffort
  // What the contract knows is never told by a field that nobody here knows.
  return { ...request.extra, ...body }
}

/** OpenAI's reasoning models refuse `max_tokens`; many other servers know nothing else. */
function limitName(model: string): 'max_tokens' | 'max_completion_tokens' {
  return /(?:^|[/:-])(?:gpt-?)?(?:o[1-9]|gpt-?5)/i.test(model) ? 'max_completion_tokens' : 'max_tokens'
}

function writeTool({ name, description, parameters, strict, extra }: Tool): JsonObject {
  const declared: JsonObject = { name }
  if (description !== undefined) declared.description = description
  if (parameters !== undefined) declared.parameters = parameters
  if (strict !== undefined) declared.strict = strict
  return { type: 'function', function: declared, ...extra }
}

function writeToolChoice(choice: ToolChoice): unknown {
  switch (choice.type) {
    case 'tool':
      return { type: 'function', function: { name: choice.name } }
    case 'allowed': {
      const tools = choice.names.map((name) => ({ type: 'function', function: { name } }))
      return { type: 'allowed_tools', allowed_tools: { mode: choice.mode, tools } }
    }
    default:
      return choice.type
  }
}

function writeResponseFormat(format: ResponseFormat): JsonObject {
  if (format.type === 'text') return { type: 'text' }
  if (format.type === 'json-object') return { type: 'json_object' }
  const { name, schema, strict, description } = format
  const json: JsonObject = { name, schema }
  if (strict !== undefined) json.strict = strict
  if (description !== undefined) json.description = description
  return { type: 'json_schema', json_schema: json }
}
