import { isDeepStrictEqual } from 'node:util'
import { isRecord } from '../../record.ts'
import type { StreamedToolCall } from './chat-stream.ts'
import { closeItem, openItem, type StreamedItem, takeItemEvent } from './response-item.ts'
import {
  countAt,
  type Fail,
  type JsonObject,
  nameAt,
  objectAt,
  objectsAt,
  parseObject,
  readStream,
  StreamGrammarError,
} from './violation.ts'

/** What a stream of Responses came to. */
export interface ResponseStreamSummary {
  id: string
  model: string
  /** How the last event says that it ended: `completed`, `incomplete`, `failed`; `error` where the stream ended with an `error` event. */
  status: string
  /** The text of all messages. */
  text: string
  reasoning: string
  refusal: string
  toolCalls: StreamedToolCall[]
  /** `max_output_tokens` or `content_filter` where the response is incomplete. */
  incompleteReason: string | undefined
  usage: JsonObject | undefined
  error: JsonObject | undefined
  /** The Response object of the last event. */
  response: JsonObject
}

const format = 'response stream'
const ends = new Set(['response.completed', 'response.incomplete', 'response.failed', 'error'])
const fields = [
  ...['id', 'object', 'created_at', 'completed_at', 'status', 'error', 'incomplete_details', 'instructions', 'model'],
  ...['output', 'usage', 'tools', 'tool_choice', 'parallel_tool_calls', 'previous_response_id', 'reasoning', 'store'],
  ...['temperature', 'top_p', 'text', 'truncation', 'metadata', 'max_output_tokens', 'service_tier', 'background'],
]

/**
 * Checks a whole stream of `POST /v1/responses`: `event:` equal to `type`, sequence numbers from 0 without gaps, items and
 * parts opened and closed in order, deltas that add up, one end whose `output` is what was streamed. Throws a
 * StreamGrammarError that quotes the first event that is wrong.
 */
export function checkResponsesStream(text: string): ResponseStreamSummary {
  const items: StreamedItem[] = []
  let sequence = 0
  let last: { type: string; response: JsonObject; data: JsonObject } | undefined
  let id: unknown

  for (const { event, fail } of readStream(text, format)) {
    const data = parseObject(event.data, fail)
    const type = nameAt(data, 'type', fail)
    if (event.event !== type) fail(`the event name '${event.event}'`)
    if (data.sequence_number !== sequence) fail(`a sequence number that is not ${sequence}`)
    // OpenAI's own order where a response fails.
    const failsAfterError = last?.type === 'error' && type === 'response.failed'
    if (last && ends.has(last.type) && !failsAfterError) fail('an event after the end')
    const expected = ['response.created', 'response.in_progress'][sequence]
    if (expected && type !== expected && type !== 'error') fail(`not the event '${expected}'`)
    sequence += 1

    if (isRecord(data.response) || type === 'error') {
      const response: JsonObject = isRecord(data.response) ? data.response : {}
      if (type !== 'error') checkResponse(response, type, fail)
      id ??= response.id
      if (type !== 'error' && response.id !== id) fail('another response than at first')
      last = { type, response, data }
      if (type === 'response.completed' || type === 'response.incomplete') checkOutput(response, items, fail)
    } else {
      last = undefined
      takeEvent(type, data, items, fail)
    }
  }
  if (!last || !ends.has(last.type)) throw new StreamGrammarError(`${format}: the stream has no end`)
  return summarise(items, last)
}

function checkResponse(response: JsonObject, type: string, fail: Fail): void {
  const missing = fields.filter((field) => !(field in response))
  if (missing.length > 0) fail(`a response without ${missing.join(', ')}`)
  if (response.object !== 'response') fail("'object' is not 'response'")
  nameAt(response, 'id', fail)
  countAt(response, 'created_at', fail)
  const status = type === 'response.created' ? 'in_progress' : type.replace('response.', '')
  if (response.status !== status) fail(`a status that is not '${status}'`)
  if (isRecord(response.error) !== (status === 'failed')) fail('an error that does not fit the status')
  if (isRecord(response.incomplete_details) !== (status === 'incomplete')) fail('incomplete_details that do not fit')
}

function takeEvent(type: string, data: JsonObject, items: StreamedItem[], fail: Fail): void {
  const index = countAt(data, 'output_index', fail)
  if (type === 'response.output_item.added') {
    if (index !== items.length) fail(`an item that is not number ${items.length}`)
    const item = openItem(objectAt(data, 'item', fail), fail)
    if (items.some(({ id }) => id === item.id)) fail('the id of another item')
    items.push(item)
    return
  }
  const item = items[index]
  if (!item || item.done) return fail('an item that is not open')
  if (type === 'response.output_item.done') return closeItem(objectAt(data, 'item', fail), item, fail)
  if (data.item_id !== item.id) fail(`an item_id that is not ${item.id}`)
  if (!takeItemEvent(type, data, item, fail)) fail('an unknown event')
}

function checkOutput(response: JsonObject, items: readonly StreamedItem[], fail: Fail): void {
  if (items.some(({ done }) => done === undefined)) fail('the end before the end of an item')
  const output = objectsAt(response, 'output', fail)
  if (
    !isDeepStrictEqual(
      output,
      items.map(({ done }) => done),
    )
  )
    fail('an output that is not what was streamed')
}

function summarise(
  items: readonly StreamedItem[],
  last: { response: JsonObject; data: JsonObject; type: string },
): ResponseStreamSummary {
  const { response, data, type } = last
  const join = (partType: string): string =>
    items.flatMap(({ parts }) => parts.filter((part) => part.type === partType).map(({ text }) => text)).join('')
  const toolCalls = items.flatMap(({ type: itemType, text, done }) =>
    done && itemType.endsWith('_call')
      ? [{ id: String(done.call_id), type: itemType, name: String(done.name), arguments: text }]
      : [],
  )
  const details = response.incomplete_details
  return {
    id: String(response.id ?? ''),
    model: String(response.model ?? ''),
    status: type === 'error' ? 'error' : String(response.status),
    text: join('output_text'),
    reasoning: join('reasoning_text') + join('summary_text'),
    refusal: join('refusal'),
    toolCalls,
    incompleteReason: isRecord(details) ? String(details.reason) : undefined,
    usage: isRecord(response.usage) ? response.usage : undefined,
    error: type === 'error' ? data : isRecord(response.error) ? response.error : undefined,
    response,
  }
}
