import type { Cursor, Reading } from '../parser/cursor.ts'
import type { Dialect, ReadCall, ReadContext } from '../parser/dialect.ts'
import { createNamedArguments } from '../parser/named-arguments.ts'
import { oneOf } from '../parser/terminator.ts'

const endTag = '</tool_call>'
const keyEnd = oneOf('</arg_key>')
const valueEnd = oneOf('</arg_value>')
const rules = { unknown: 'json', typeless: 'json' } as const

/** GLM 4.5 to 4.7: `<tool_call>name<arg_key>key</arg_key><arg_value>value</arg_value></tool_call>`. */
export const glm: Dialect = { name: 'glm', starts: [{ text: '<tool_call>', read }], dropsGaps: true }

function* read(input: Cursor, context: ReadContext): Reading<ReadCall[] | undefined> {
  yield* input.skipSpace()
  const name = yield* input.takeWhile(/[^\s<>{}[\]"'=]/)
  if (name === '') return undefined
  const list = createNamedArguments(name, context.tools, rules)
  for (;;) {
    yield* input.skipSpace()
    const tag = yield* input.takeAny([endTag, '<arg_key>'])
    if (tag === endTag) break
    if (tag === undefined) {
      const complete = (yield* input.close(endTag)) && !context.cutOff && list.hasRequired() && list.json() !== '{}'
      return complete ? [{ name, arguments: list.json() }] : undefined
    }
    context.claim()
    const key = yield* input.until(keyEnd)
    yield* input.skipSpace()
    if (!key || !(yield* input.take('<arg_value>'))) return undefined
    const value = yield* input.until(valueEnd)
    if (!value) return undefined
    list.add(key.text.trim(), value.text)
  }
  return [{ name, arguments: list.json() }]
}
