import { randomUUID } from 'node:crypto'
import { isRecord } from '../record.ts'
import { demoAnswer } from './demo-answer.ts'
import { readConversation } from './demo-conversation.ts'
import { objectForSchema } from './demo-schema-value.ts'
import { toolsOfField } from './demo-tools.ts'
import { nativeToolCall } from './native-tool-calls.ts'

/** What the model of the test server says: the fields of OpenAI's assistant message, and how the answer ends. */
export interface OpenAIMessage {
  content?: string | null
  refusal?: string
  reasoning_content?: string
  /** In OpenAI's complete form: `{id, type, function: {name, arguments}}`. */
  tool_calls?: Record<string, unknown>[]
  /** Default: `tool_calls` where there are some, else `stop`. */
  finish_reason?: string
}

/** A canned message: a call of an offered tool, JSON of the schema that was asked for, or text. */
export function cannedMessage(fields: Record<string, unknown>): OpenAIMessage {
  const conversation = readConversation(fields)
  const schema = schemaOf(fields.response_format)
  if (schema) return { content: JSON.stringify(objectForSchema(schema, conversation.prompt)) }
  const tools = fields.tool_choice === 'none' ? [] : toolsOfField(fields.tools)
  const { text, call } = demoAnswer(conversation, chosen(tools, fields.tool_choice))
  if (call) return { content: null, tool_calls: [nativeToolCall('openai', call)] }
  return { content: cutAtStop(text, fields.stop) }
}

export function finishReason({ finish_reason, tool_calls }: OpenAIMessage): string {
  return finish_reason ?? (tool_calls?.length ? 'tool_calls' : 'stop')
}

/** The parts that every object of one answer has. */
export function answerHead(kind: 'chat.completion' | 'chat.completion.chunk' | 'text_completion', model: unknown) {
  const prefix = kind === 'text_completion' ? 'cmpl' : 'chatcmpl'
  const id = `${prefix}-${randomUUID().replaceAll('-', '').slice(0, 29)}`
  return { id, object: kind, created: Math.floor(Date.now() / 1000), model, system_fingerprint: 'fp_demo' }
}

/** Counts that depend on the texts alone: about four characters to a token. */
export function countUsage(asked: string, answered: string): Record<string, number> {
  const prompt_tokens = Math.ceil(asked.length / 4)
  const completion_tokens = Math.ceil(answered.length / 4)
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens }
}

function schemaOf(format: unknown): unknown {
  if (!isRecord(format)) return undefined
  if (format.type === 'json_object') return { type: 'object', properties: { answer: { type: 'string' } } }
  return isRecord(format.json_schema) ? format.json_schema.schema : undefined
}

function chosen<Named extends { name: string }>(tools: Named[], choice: unknown): Named[] {
  const named = isRecord(choice) && isRecord(choice.function) ? choice.function.name : undefined
  return named === undefined ? tools : tools.filter(({ name }) => name === named)
}

export function cutAtStop(text: string, stop: unknown): string {
  const sequences = typeof stop === 'string' ? [stop] : Array.isArray(stop) ? stop.map(String) : []
  const ends = sequences.map((sequence) => text.indexOf(sequence)).filter((end) => end !== -1)
  return ends.length === 0 ? text : text.slice(0, Math.min(...ends))
}

/** Default cut of a streamed text: words with the white space before them. */
export function cutWords(text: string): string[] {
  return text.match(/\s*\S+\s*$|\s*\S+/g) ?? (text === '' ? [] : [text])
}
