import type { ReadCall } from './dialect.ts'
import { createJsonLexer } from './json-lexer.ts'
import type { JsonText, Member } from './json-text.ts'

export const nameKeys: readonly string[] = ['name', 'tool_name']
export const argumentKeys: readonly string[] = ['arguments', 'parameters', 'args', 'input']
/** The other keys that a call without arguments may have. */
const otherKeys = new Set(['id', 'type', 'index', 'call_id', 'tool_call_id'])

/**
 * The call that a JSON object describes: `{"name": ..., "arguments": {...}}`, with `parameters` or `input` for the
 * arguments, or OpenAI's `{"type": "function", "function": {...}}`. The arguments keep the text that the model wrote.
 * `undefined` where it describes none. `explicit`: only with `name` and either `arguments` or `parameters`.
 */
export function callOf(json: JsonText, { explicit = false } = {}): ReadCall | undefined {
  const find = (keys: readonly string[]) =>
    keys.map((key) => json.members.findLast((member) => member.key === key)).find((member) => member !== undefined)
  const name = find(nameKeys)
  if (!name) return explicit ? undefined : wrappedCall(json)
  const called = stringOf(textOf(json, name))?.trim()
  if (!called) return undefined

  const given = find(explicit ? argumentKeys.slice(0, 2) : argumentKeys)
  if (given) {
    const args = argumentsText(textOf(json, given))
    return args === undefined ? undefined : { name: called, arguments: args }
  }
  if (explicit) return undefined
  const known = json.members.every((member) => member === name || otherKeys.has(member.key))
  return known ? { name: called, arguments: '{}' } : undefined
}

/**
 * Arguments as the text of a JSON object. `text`: the JSON of an object, of a string that holds one, or null or "" for
 * none; `undefined` for anything else.
 */
export function argumentsText(text: string): string | undefined {
  if (text.startsWith('{')) return text
  if (text === 'null') return '{}'
  const written = stringOf(text)?.trim()
  if (written === undefined) return undefined
  return written === '' ? '{}' : objectText(written)
}

/** A text that is a JSON object as a whole, mended where it has to be; `undefined` for any other. */
export function objectText(text: string): string | undefined {
  return text.startsWith('{') ? wholeJson(text)?.text : undefined
}

/** A text that is a JSON object or array as a whole, mended where it has to be; `undefined` for any other. */
export function wholeJson(text: string): JsonText | undefined {
  const lexer = createJsonLexer()
  lexer.reset('lenient')
  const end = lexer.read(text, 0)
  return lexer.done && end === text.length ? lexer.result(text) : undefined
}

export function textOf(json: JsonText, { start, end }: Member): string {
  return json.text.slice(start, end)
}

function wrappedCall(json: JsonText): ReadCall | undefined {
  const wrapped = json.members.find(({ key }) => key === 'function')
  const text = wrapped && textOf(json, wrapped)
  const inner = text?.startsWith('{') ? wholeJson(text) : undefined
  return inner?.members.some(({ key }) => nameKeys.includes(key)) ? callOf(inner) : undefined
}

function stringOf(text: string): string | undefined {
  if (!text.startsWith('"')) return undefined
  const value: unknown = JSON.parse(text)
  return typeof value === 'string' ? value : undefined
}
