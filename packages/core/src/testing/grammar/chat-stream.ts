import { isRecord } from '../../record.ts'
import { type ChunkStream, checkChunkStream, wholeChoices } from './chunk-stream.ts'
import {
  countAt,
  type Fail,
  type JsonObject,
  nameAt,
  objectAt,
  objectsAt,
  StreamGrammarError,
  stringAt,
} from './violation.ts'

export interface StreamedToolCall {
  id: string
  type: string
  name: string
  /** The arguments of a function, or the input of a custom tool. */
  arguments: string
}

export interface ChatChoiceSummary {
  text: string
  reasoning: string
  refusal: string
  toolCalls: StreamedToolCall[]
  /** The legacy form of a call. */
  functionCall: { name: string; arguments: string } | undefined
  finishReason: string | null
}

/** What a stream of Chat Completions came to. The fields of the first choice stand at the top, too. */
export interface ChatStreamSummary extends ChunkStream, ChatChoiceSummary {
  choices: ChatChoiceSummary[]
}

const format = 'chat stream'
const reasons = new Set(['stop', 'length', 'tool_calls', 'content_filter', 'function_call'])

/**
 * Checks a whole stream of `POST /v1/chat/completions` against OpenAI's grammar: one id, role first and once, indexes,
 * tool calls named once, a finish reason at the end of each choice, one end. Throws a StreamGrammarError that quotes the
 * first event that is wrong.
 */
export function checkChatStream(text: string): ChatStreamSummary {
  const states = new Map<number, ChatChoiceSummary>()
  const stream = checkChunkStream(text, format, 'chat.completion.chunk', (choice, fail) =>
    takeChoice(choice, states, fail),
  )
  const choices = wholeChoices(states, format, stream.error !== undefined)
  for (const { toolCalls, finishReason } of choices) {
    if (toolCalls.length > 0 && finishReason === 'stop') {
      throw new StreamGrammarError(`${format}: a choice with tool calls finishes with 'stop'`)
    }
  }
  return { ...stream, choices, ...(choices[0] ?? emptyChoice()) }
}

function emptyChoice(): ChatChoiceSummary {
  return { text: '', reasoning: '', refusal: '', toolCalls: [], functionCall: undefined, finishReason: null }
}

function takeChoice(choice: JsonObject, states: Map<number, ChatChoiceSummary>, fail: Fail): void {
  const index = countAt(choice, 'index', fail)
  const delta = objectAt(choice, 'delta', fail)
  const known = states.get(index)
  const state = known ?? emptyChoice()
  states.set(index, state)
  if (state.finishReason !== null) fail(`choice ${index} goes on after its finish_reason`)
  if (known ? 'role' in delta : delta.role !== 'assistant')
    fail(`the role of choice ${index} is not on its first delta alone`)

  state.text += textAt(delta, 'content', fail)
  state.reasoning += textAt(delta, 'reasoning_content', fail)
  state.refusal += textAt(delta, 'refusal', fail)
  if ('tool_calls' in delta) for (const call of objectsAt(delta, 'tool_calls', fail)) takeCall(call, state, fail)
  if ('function_call' in delta) takeFunctionCall(objectAt(delta, 'function_call', fail), state, fail)

  const { finish_reason: reason } = choice
  if (reason === null) return
  if (typeof reason !== 'string' || !reasons.has(reason)) fail(`the finish_reason ${JSON.stringify(reason)}`)
  state.finishReason = String(reason)
}

function textAt(delta: JsonObject, key: string, fail: Fail): string {
  const value = delta[key]
  return value === undefined || value === null ? '' : stringAt(delta, key, fail)
}

function takeCall(entry: JsonObject, { toolCalls }: ChatChoiceSummary, fail: Fail): void {
  const index = countAt(entry, 'index', fail)
  const call = toolCalls[index]
  if (!call) {
    if (index !== toolCalls.length) fail(`the tool call ${index} comes before ${toolCalls.length}`)
    const type = nameAt(entry, 'type', fail)
    const body = objectAt(entry, type, fail)
    const start = {
      id: nameAt(entry, 'id', fail),
      type,
      name: nameAt(body, 'name', fail),
      arguments: piece(body, type, fail),
    }
    if (toolCalls.some(({ id }) => id === start.id)) fail(`the id ${start.id} of another tool call`)
    toolCalls.push(start)
    return
  }
  if ('id' in entry || 'type' in entry) fail(`the tool call ${index} names itself again`)
  const body = entry[call.type]
  // A delta may carry fields of the upstream alone.
  if (!isRecord(body)) return
  if ('name' in body) fail(`the tool call ${index} names itself again`)
  call.arguments += piece(body, call.type, fail)
}

function piece(body: JsonObject, type: string, fail: Fail): string {
  return stringAt(body, type === 'custom' ? 'input' : 'arguments', fail)
}

function takeFunctionCall(entry: JsonObject, state: ChatChoiceSummary, fail: Fail): void {
  if (!state.functionCall) {
    state.functionCall = { name: nameAt(entry, 'name', fail), arguments: stringAt(entry, 'arguments', fail) }
    return
  }
  if ('name' in entry) fail('the function call names itself again')
  state.functionCall.arguments += stringAt(entry, 'arguments', fail)
}
