import type { Message } from '../../contract/request.ts'
import { proxyError } from '../../errors.ts'
import { carryLongText, longTextOf } from '../../wire/long-texts.ts'
import { emptyArray, missing, notOneOf, wrongType, wrongValue } from '../parse/fault.ts'
import { type Fields, isGiven, readName, readRecord, readString } from '../parse/fields.ts'
import { freeformArguments } from '../parse/freeform-tool.ts'
import type { Item } from '../response-store.ts'
import { readReasoning, readResponseContent } from './content.ts'
import { type Conversation, conversation } from './conversation.ts'

/** Records of tools that OpenAI ran by itself. What came of them is in the text that follows them. */
const recordTypes = new Set([
  'web_search_call',
  'file_search_call',
  'code_interpreter_call',
  'image_generation_call',
  'mcp_list_tools',
  'mcp_call',
  'mcp_approval_request',
  'mcp_approval_response',
  'tool_search_call',
  'tool_search_output',
  'additional_tools',
])

export interface ReadItems {
  messages: Message[]
  /** Types of the items that were left out. */
  omitted: string[]
}

/** `input` of a Responses request as items: a text alone is a user's message. A request that goes on may have none. */
export function readInput(fields: Fields, goesOn: boolean): Item[] {
  if (longTextOf(fields, 'input')) {
    return [carryLongText(fields, 'input', { type: 'message', role: 'user', content: '' }, 'content')]
  }
  const value = fields.input
  if (typeof value === 'string') return [{ type: 'message', role: 'user', content: value }]
  if (goesOn && !isGiven(value)) return []
  if (Array.isArray(value)) {
    if (value.length === 0 && !goesOn) throw emptyArray('input')
    return value.map((item: unknown, index) => readRecord(item, `input[${index}]`))
  }
  throw wrongType('input', 'one of a string or an array of objects', value)
}

/** The messages that items make. `earlier` items come from the store: faults count from behind them. */
export function readItems(items: readonly Item[], earlier: number): ReadItems {
  const talk = conversation()
  const omitted = new Set<string>()
  for (const [index, item] of items.entries()) readItem(item, `input[${index - earlier}]`, talk, omitted)
  const messages = talk.messages()
  if (messages.length === 0) throw wrongValue('input', "Invalid 'input': it holds nothing that the model can be given.")
  return { messages, omitted: [...omitted] }
}

function readItem(item: Item, path: string, talk: Conversation, omitted: Set<string>): void {
  const type = item.type ?? (item.role === undefined ? undefined : 'message')
  switch (type) {
    case 'message':
      return readMessage(item, path, talk)
    case 'reasoning':
      return talk.addReasoning(readReasoning(item))
    case 'function_call':
      return talk.addCall({
        id: readName(item, 'call_id', path),
        name: readName(item, 'name', path),
        arguments: readString(item, 'arguments', path),
      })
    case 'custom_tool_call':
      return talk.addCall({
        id: readName(item, 'call_id', path),
        name: readName(item, 'name', path),
        arguments: freeformArguments(readString(item, 'input', path)),
      })
    case 'function_call_output':
    case 'custom_tool_call_output':
      return readOutput(item, path, talk)
    case undefined:
      throw missing(`${path}.type`)
    default:
      if (typeof type !== 'string') throw wrongType(`${path}.type`, 'a string', type)
      if (!recordTypes.has(type)) throw unsupportedItem(type, path)
      omitted.add(type)
  }
}

function readMessage(item: Fields, path: string, talk: Conversation): void {
  const place = `${path}.content`
  switch (item.role) {
    case 'user':
    case 'system':
    case 'developer': {
      const content = longTextOf(item, 'content') ? '' : readResponseContent(item.content, place)
      if (Array.isArray(content) && content.length === 0) throw emptyArray(place)
      return talk.add(carryLongText(item, 'content', { role: item.role, content }))
    }
    case 'assistant': {
      const content = readResponseContent(item.content, place)
      // A message of no parts: the model was cut before it said a word.
      return content.length > 0 || typeof content === 'string' ? talk.addText(content) : undefined
    }
    default:
      readString(item, 'role', path)
      throw notOneOf(`${path}.role`, item.role, ['assistant', 'system', 'developer', 'user'])
  }
}

function readOutput(item: Fields, path: string, talk: Conversation): void {
  const callId = readName(item, 'call_id', path)
  if (!talk.addResult(callId, readResponseContent(item.output, `${path}.output`))) {
    throw wrongValue(path, `No tool call found for function call output with call_id ${callId}.`)
  }
}

function unsupportedItem(type: string, path: string): ReturnType<typeof proxyError> {
  return proxyError('unsupported_value', `Items of type '${type}' are not supported by this proxy.`, {
    param: `${path}.type`,
  })
}
