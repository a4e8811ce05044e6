import type { ToolCall } from '../../contract/request.ts'
import { isRecord } from '../../record.ts'
import { newId } from '../../wire/ids.ts'
import type { JsonObject } from '../json.ts'

/**
 * A tool call in the form of its vendor: OpenAI `{id, function: {name, arguments}}`, Anthropic `{id, name, input}`,
 * Google `{id: null, name, args}`. `undefined` where it names no tool.
 */
export function readNativeCall(call: JsonObject): ToolCall | undefined {
  const inner = [call.function, call.functionCall, call.function_call].find(isRecord) ?? call
  if (typeof inner.name !== 'string' || inner.name === '') return undefined
  const id = typeof call.id === 'string' && call.id !== '' ? call.id : newId('call_')
  return { id, name: inner.name, arguments: argumentsText(inner.arguments ?? inner.input ?? inner.args) }
}

/** JSON text; where the vendor gives an object, its text. */
export function argumentsText(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '{}' : value
  return JSON.stringify(value ?? {})
}
