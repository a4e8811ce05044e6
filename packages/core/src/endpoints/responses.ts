import type { Endpoint, ParsedRequest } from '../contract/endpoint.ts'
import type { Exchange } from '../contract/exchange.ts'
import type { ChatRequest, Message } from '../contract/request.ts'
import { proxyError } from '../errors.ts'
import { isRecord } from '../record.ts'
import { type IdPrefix, newId } from '../wire/ids.ts'
import { readBody } from './parse/parameters.ts'
import { readResponseFormat } from './parse/response-format.ts'
import { settleToolChoice } from './parse/tool-choice.ts'
import { responseParam } from './response/client-param.ts'
import { type ResponseShape, responseAnswer, responseEvents } from './response/encoder.ts'
import { readInput, readItems } from './response/items.ts'
import { extraOfChat, type ResponseParameters, readResponseParameters } from './response/parameters.ts'
import { echoOfRequest } from './response/response-object.ts'
import { readResponseToolChoice, readResponseTools } from './response/tools.ts'
import { type Item, type ResponseStore, type StoredResponse, sizeOfItems } from './response-store.ts'

/** `POST /v1/responses`. Responses are kept in `store` unless their request says `store: false`. */
export function responsesEndpoint({ store }: { store: ResponseStore }): Endpoint {
  return { name: 'responses', path: '/v1/responses', parse: (body) => parse(body, store) }
}

async function parse(body: unknown, store: ResponseStore): Promise<ParsedRequest> {
  const fields = readBody(body)
  const parameters = readResponseParameters(fields)
  const offered = readResponseTools(fields.tools)
  const toolChoice = settleToolChoice(readResponseToolChoice(fields.tool_choice), offered)
  const echo = echoOfRequest(fields, parameters, offered.shown)

  const previous = await findPrevious(parameters.previous_response_id, store)
  const earlier = previous ? [...previous.input, ...previous.output] : []
  const own = await resolveReferences(readInput(fields, previous !== undefined), store)
  const items = [...earlier, ...own]
  const { messages, omitted } = readItems(items, earlier.length)

  const request = chatRequest(parameters, withInstructions(messages, parameters.instructions), {
    tools: offered.tools.length > 0 ? offered.tools : undefined,
    toolChoice,
    responseFormat: isRecord(fields.text) ? readResponseFormat(fields.text.format, 'text.format', 'flat') : undefined,
    extra: extraOfChat(fields, parameters),
  })
  const { reasoning } = parameters
  const form = {
    model: parameters.model,
    echo,
    serviceTier: parameters.service_tier ?? 'default',
    freeform: offered.freeform,
    reasoningSummary: (reasoning?.summary ?? reasoning?.generate_summary) !== undefined,
  }
  return {
    request,
    omittedTools: [...offered.omitted, ...omitted],
    translated: offered.freeform.size > 0,
    clientParam: (param) => responseParam(param, offered.places),
    encode(kind, exchange) {
      const shape: ResponseShape = parameters.store === false ? form : { ...form, keep: keeper(exchange) }
      return kind === 'stream' ? responseEvents(shape) : responseAnswer(shape)
    },
  }

  function keeper({ log }: Exchange): NonNullable<ResponseShape['keep']> {
    return async (id, response, output) => {
      try {
        const input = [...earlier, ...own.map(withId)]
        const size = (previous?.size ?? 0) + sizeOfItems(own) + 2 * response.length
        await store.put({ id, response, input, output, size })
      } catch (error) {
        log.error('A response could not be kept: previous_response_id will not find it.', { id, error: String(error) })
      }
    }
  }
}

function chatRequest(
  parameters: ResponseParameters,
  messages: Message[],
  parts: Pick<ChatRequest, 'tools' | 'toolChoice' | 'responseFormat' | 'extra'>,
): ChatRequest {
  const { include, top_logprobs } = parameters
  return {
    model: parameters.model,
    messages,
    stream: parameters.stream ?? false,
    includeUsage: true,
    ...parts,
    parallelToolCalls: parts.tools && parameters.parallel_tool_calls,
    maxOutputTokens: parameters.max_output_tokens,
    temperature: parameters.temperature,
    topP: parameters.top_p,
    presencePenalty: parameters.presence_penalty,
    frequencyPenalty: parameters.frequency_penalty,
    logprobs: include?.includes('message.output_text.logprobs') ? { top: top_logprobs } : undefined,
    reasoningEffort: parameters.reasoning?.effort,
    user: parameters.user,
  }
}

function withInstructions(messages: Message[], instructions: string | undefined): Message[] {
  return instructions ? [{ role: 'system', content: instructions }, ...messages] : messages
}

async function findPrevious(id: string | undefined, store: ResponseStore): Promise<StoredResponse | undefined> {
  if (id === undefined) return undefined
  const previous = await store.get(id)
  if (previous) return previous
  throw proxyError('previous_response_not_found', `Previous response with id '${id}' not found.`, {
    param: 'previous_response_id',
  })
}

/** An item that the client names by its id alone stands for the one that is stored. */
async function resolveReferences(items: Item[], store: ResponseStore): Promise<Item[]> {
  if (!items.some(isReference)) return items
  return Promise.all(
    items.map(async (item, index) => {
      if (!isReference(item)) return item
      const found = await store.findItem(String(item.id))
      if (found) return found
      const remedy = 'It was never stored, or is no longer: send the item itself.'
      throw proxyError('not_found', `Item with id '${String(item.id)}' not found. ${remedy}`, {
        param: `input[${index}].id`,
      })
    }),
  )
}

function isReference({ type, role, id }: Item): boolean {
  return (
    type === 'item_reference' || ((type ?? undefined) === undefined && role === undefined && typeof id === 'string')
  )
}

const prefixes: Record<string, IdPrefix> = {
  function_call: 'fc_',
  function_call_output: 'fc_',
  custom_tool_call: 'ctc_',
  custom_tool_call_output: 'ctc_',
  reasoning: 'rs_',
}

function withId(item: Item): Item {
  if (typeof item.id === 'string') return item
  return { ...item, id: newId(prefixes[String(item.type)] ?? 'msg_') }
}
