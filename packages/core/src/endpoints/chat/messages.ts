import type { AssistantMessage, Content, Message, ToolCall } from '../../contract/request.ts'
import { carryLongText, longTextOf } from '../../wire/long-texts.ts'
import { readContent, withExtra } from '../parse/chat-content.ts'
import { emptyArray, missing, notOneOf, wrongType, wrongValue } from '../parse/fault.ts'
import {
  type Fields,
  isGiven,
  readArray,
  readName,
  readOptionalString,
  readRecord,
  readString,
  unknownFields,
} from '../parse/fields.ts'
import { freeformArguments } from '../parse/freeform-tool.ts'

const roles = ['system', 'assistant', 'user', 'function', 'tool', 'developer']
const knownOfMessage = new Set(['role', 'content', 'name'])
const knownOfTool = new Set([...knownOfMessage, 'tool_call_id'])
const knownOfCall = new Set(['id', 'type', 'function', 'custom', 'index'])

/** The conversation of a Chat Completions request. */
export function readMessages(value: unknown): Message[] {
  const messages = readArray(value, 'messages')
  if (messages.length === 0) throw emptyArray('messages')
  // Legacy functions have no ids: a result belongs to the last call of its name.
  const legacyCalls = new Map<string, string>()
  return messages.map((message, index) => {
    const path = `messages[${index}]`
    const fields = readRecord(message, path)
    return carryLongText(fields, 'content', readMessage(fields, path, legacyCalls))
  })
}

function readMessage(fields: Fields, path: string, legacyCalls: Map<string, string>): Message {
  const { role } = fields
  switch (role) {
    case 'system':
    case 'developer':
    case 'user':
      return {
        role,
        content: contentOf(fields, path),
        ...readMessageName(fields, path),
        ...withExtra(unknownFields(fields, knownOfMessage)),
      }
    case 'assistant':
      return readAssistant(fields, path, legacyCalls)
    case 'tool':
      return {
        role,
        toolCallId: readName(fields, 'tool_call_id', path),
        content: contentOf(fields, path),
        ...readMessageName(fields, path),
        ...withExtra(unknownFields(fields, knownOfTool)),
      }
    case 'function': {
      const name = readName(fields, 'name', path)
      const toolCallId = legacyCalls.get(name)
      if (toolCallId === undefined) {
        throw wrongValue(path, `'${path}' is the result of the function '${name}', which no earlier message calls.`)
      }
      return { role: 'tool', toolCallId, content: isGiven(fields.content) ? contentOf(fields, path) : '', name }
    }
    default:
      throw typeof role === 'string'
        ? notOneOf(`${path}.role`, role, roles)
        : wrongType(`${path}.role`, 'a string', role)
  }
}

/** A long text is given to the message when that is there. */
function contentOf(fields: Fields, path: string): Content {
  return longTextOf(fields, 'content') ? '' : readContent(fields.content, `${path}.content`)
}

function readMessageName(fields: Fields, path: string): { name?: string } {
  const name = readOptionalString(fields, 'name', path)
  return name === undefined ? {} : { name }
}

function readAssistant(fields: Fields, path: string, legacyCalls: Map<string, string>): AssistantMessage {
  const { tool_calls, function_call, refusal, reasoning_content } = fields
  const toolCalls = readToolCalls(tool_calls, `${path}.tool_calls`)
  if (function_call !== undefined && function_call !== null) {
    toolCalls.push(readLegacyCall(function_call, path, legacyCalls))
  }
  const known = new Set([...knownOfMessage, 'tool_calls', 'function_call'])
  // What is null or of another kind stays as the client sent it.
  if (typeof refusal === 'string') known.add('refusal')
  if (typeof reasoning_content === 'string') known.add('reasoning_content')
  return {
    role: 'assistant',
    content: isGiven(fields.content) ? contentOf(fields, path) : toolCalls.length > 0 ? null : '',
    ...readMessageName(fields, path),
    ...(typeof refusal === 'string' && { refusal }),
    ...(typeof reasoning_content === 'string' && { reasoning: reasoning_content }),
    ...(toolCalls.length > 0 && { toolCalls }),
    ...withExtra(unknownFields(fields, known)),
  }
}

function readToolCalls(value: unknown, path: string): ToolCall[] {
  if (value === undefined || value === null) return []
  return readArray(value, path).map((call, index) => readToolCall(call, `${path}[${index}]`))
}

function readToolCall(value: unknown, path: string): ToolCall {
  const fields = readRecord(value, path)
  const id = readName(fields, 'id', path)
  const extra = withExtra(unknownFields(fields, knownOfCall))
  if (fields.type === 'custom') {
    const custom = readRecord(fields.custom, `${path}.custom`)
    const input = readString(custom, 'input', `${path}.custom`)
    return { id, name: readName(custom, 'name', `${path}.custom`), arguments: freeformArguments(input), ...extra }
  }
  if (fields.function === undefined) throw missing(`${path}.function`)
  const called = readRecord(fields.function, `${path}.function`)
  return {
    id,
    name: readName(called, 'name', `${path}.function`),
    arguments: readString(called, 'arguments', `${path}.function`),
    ...extra,
  }
}

function readLegacyCall(value: unknown, path: string, legacyCalls: Map<string, string>): ToolCall {
  const call = readRecord(value, `${path}.function_call`)
  const name = readName(call, 'name', `${path}.function_call`)
  // The same conversation gets the same ids each time, so that an upstream's prompt cache still knows it.
  const id = `call_legacy_${legacyCalls.size}_${path.replace(/\D/g, '')}`
  legacyCalls.set(name, id)
  return { id, name, arguments: readString(call, 'arguments', `${path}.function_call`) }
}
