import { isDeepStrictEqual } from 'node:util'
import { isRecord } from '../../record.ts'
import { type Fail, type JsonObject, nameAt, objectAt, objectsAt, stringAt } from './violation.ts'

/** An output item of a streamed response, as its events tell of it. */
export interface StreamedItem {
  id: string
  type: string
  /** Parts of a message or of a reasoning's text; its summary's parts. */
  parts: StreamedPart[]
  /** The arguments or the input of a call. */
  text: string
  /** Whether `done` of the arguments came. */
  textDone: boolean
  /** The item as `output_item.done` gave it. */
  done: JsonObject | undefined
}

interface StreamedPart {
  type: string
  text: string
  state: 'open' | 'text-done' | 'done'
}

/** Where an event's text grows, by the event's name without `.delta` or `.done`: the part's type, or the item's own. */
const textEvents: Readonly<Record<string, { of: string; field: string }>> = {
  'response.output_text': { of: 'output_text', field: 'text' },
  'response.refusal': { of: 'refusal', field: 'refusal' },
  'response.reasoning_text': { of: 'reasoning_text', field: 'text' },
  'response.reasoning_summary_text': { of: 'summary_text', field: 'text' },
  'response.function_call_arguments': { of: 'function_call', field: 'arguments' },
  'response.custom_tool_call_input': { of: 'custom_tool_call', field: 'input' },
}

export function openItem(item: JsonObject, fail: Fail): StreamedItem {
  const type = nameAt(item, 'type', fail)
  if ('status' in item && item.status !== 'in_progress') fail('an item is added that is not in progress')
  if (type === 'message' && (item.role !== 'assistant' || objectsAt(item, 'content', fail).length > 0)) {
    fail('a message is added that is not empty or not of the assistant')
  }
  if (type.endsWith('_call')) {
    nameAt(item, 'call_id', fail)
    nameAt(item, 'name', fail)
    if (stringAt(item, fieldOf(type), fail) !== '') fail('a call is added that is not empty')
  }
  return { id: nameAt(item, 'id', fail), type, parts: [], text: '', textDone: false, done: undefined }
}

function fieldOf(type: string): string {
  return type === 'custom_tool_call' ? 'input' : 'arguments'
}

/** An event of what is within an item: a part, a delta, the end of a text. Returns whether it is one of those. */
export function takeItemEvent(type: string, data: JsonObject, item: StreamedItem, fail: Fail): boolean {
  const [, stem = '', step] = /^(.*)\.(added|delta|done)$/.exec(type) ?? []
  if (stem === 'response.content_part' || stem === 'response.reasoning_summary_part') {
    takePart(step, data, item, fail)
    return true
  }
  if (type === 'response.output_text.annotation.added') {
    const part = partOf(data, item, fail)
    if (part.type !== 'output_text' || part.state !== 'open') fail('an annotation of a text that is not open')
    return true
  }
  const text = textEvents[stem]
  if (!text) return false
  const calling = text.of === item.type
  const part = calling ? undefined : partOf(data, item, fail)
  if (part ? part.type !== text.of || part.state !== 'open' : !calling || item.textDone) {
    fail(`a ${text.of} that is not open`)
  }
  const holder = part ?? item
  if (step === 'delta') {
    holder.text += stringAt(data, 'delta', fail)
    return true
  }
  if (stringAt(data, text.field, fail) !== holder.text) fail(`the deltas add up to ${JSON.stringify(holder.text)}`)
  if (part) part.state = 'text-done'
  else item.textDone = true
  return true
}

function partIndex(data: JsonObject): unknown {
  return data.content_index ?? data.summary_index
}

function partOf(data: JsonObject, item: StreamedItem, fail: Fail): StreamedPart {
  const part = item.parts.at(-1)
  return part && partIndex(data) === item.parts.length - 1 ? part : fail('the index of a part that is not open')
}

function takePart(step: string | undefined, data: JsonObject, item: StreamedItem, fail: Fail): void {
  const body = objectAt(data, 'part', fail)
  const type = nameAt(body, 'type', fail)
  const text = stringAt(body, type === 'refusal' ? 'refusal' : 'text', fail)
  if (step === 'added') {
    const before = item.parts.at(-1)
    if (before && before.state !== 'done') fail('a part is added before the last one is done')
    if (partIndex(data) !== item.parts.length) fail(`a part that is not number ${item.parts.length}`)
    if (text !== '') fail('a part is added that is not empty')
    item.parts.push({ type, text: '', state: 'open' })
    return
  }
  const part = partOf(data, item, fail)
  if (part.type !== type || part.text !== text) fail('a part is done that is not the sum of its deltas')
  if (part.state !== 'text-done') fail('a part is done before its text')
  part.state = 'done'
}

/** `output_item.done`: the item has to be what its events told. */
export function closeItem(done: JsonObject, item: StreamedItem, fail: Fail): void {
  if (done.id !== item.id || done.type !== item.type) fail('an item is done that is another than was added')
  if (done.status !== 'completed' && done.status !== 'incomplete') fail('an item is done without being so')
  if (item.parts.some(({ state }) => state !== 'done')) fail('an item is done before its parts')
  if (item.type.endsWith('_call')) {
    if (!item.textDone) fail('a call is done before its arguments')
    if (done[fieldOf(item.type)] !== item.text) fail('a call is done with other arguments than it was given')
  } else {
    const told = item.parts.map(({ type, text }) => ({ type, text }))
    if (!isDeepStrictEqual(partsOf(done), told)) fail('an item is done with other parts than it was given')
  }
  item.done = done
}

function partsOf({ content, summary }: JsonObject): { type: unknown; text: unknown }[] {
  const lists = [content, summary].filter((list) => Array.isArray(list))
  return lists
    .flat()
    .filter(isRecord)
    .map((part) => ({ type: part.type, text: part.text ?? part.refusal }))
}
