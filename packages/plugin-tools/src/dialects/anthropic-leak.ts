import { argumentsText, textOf } from '../parser/call-object.ts'
import type { Cursor, Reading } from '../parser/cursor.ts'
import type { Dialect, ReadCall, ReadContext } from '../parser/dialect.ts'
import type { JsonText } from '../parser/json-text.ts'

const firstMembers = [
  "'id': 'toolu_",
  "'type': 'tool_use'",
  "'input': {",
  "'name': '",
  '"id": "toolu_',
  '"id":"toolu_',
  '"type": "tool_use"',
  '"type":"tool_use"',
]

/**
 * The tool-use block that Claude writes into its text, often without a space before it, as Python prints it and with
 * JSON's words mixed in: `{'id': 'toolu_...', 'input': {...}, 'name': ..., 'type': 'tool_use', 'cache_control': None}`.
 */
export const anthropicLeak: Dialect = {
  name: 'anthropic-leak',
  starts: firstMembers.map((member) => ({ text: `{${member}`, included: true, read })),
}

function* read(input: Cursor, context: ReadContext): Reading<ReadCall[] | undefined> {
  const json = yield* input.json('python')
  const call = json && toolUse(json)
  if (call) context.claim()
  return call && [call]
}

function toolUse(json: JsonText): ReadCall | undefined {
  const text = (key: string) => {
    const member = json.members.find((candidate) => candidate.key === key)
    return member && textOf(json, member)
  }
  const string = (key: string) => {
    const value: unknown = JSON.parse(text(key) ?? 'null')
    return typeof value === 'string' ? value : undefined
  }
  const id = string('id')
  const name = string('name')
  const input = argumentsText(text('input') ?? 'null')
  const meant = string('type') === 'tool_use' || id?.startsWith('toolu_')
  if (!meant || !name || input === undefined) return undefined
  return id === undefined ? { name, arguments: input } : { id, name, arguments: input }
}
