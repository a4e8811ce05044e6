import type { Cursor, Reading } from '../parser/cursor.ts'
import type { Dialect, ReadCall, ReadContext } from '../parser/dialect.ts'
import { readJsonCalls } from './json-calls.ts'

/** `[TOOL_CALLS] [{"name": ..., "arguments": {...}}]`, and the newer `[TOOL_CALLS]name[ARGS]{...}`. */
export const mistral: Dialect = {
  name: 'mistral',
  starts: [
    { text: '[TOOL_CALLS]', read },
    // The tokenizer writes a space before the token.
    { text: ' [TOOL_CALLS]', read },
  ],
  dropsGaps: true,
  endsTurn: true,
}

function* read(input: Cursor, context: ReadContext): Reading<ReadCall[] | undefined> {
  yield* input.skipSpace()
  const first = yield* input.peek()
  if (first === '[' || first === '{') {
    context.claim()
    const found = yield* readJsonCalls(input)
    return found?.calls
  }
  const name = yield* input.takeWhile(/[^\s[{<]/)
  if (yield* input.take('[CALL_ID]')) yield* input.takeWhile(/\w/)
  const marked = yield* input.take('[ARGS]')
  if (name === '' || (!marked && (yield* input.peek()) !== '{')) return undefined
  context.claim()
  const json = yield* input.json('lenient')
  return json?.text.startsWith('{') ? [{ name, arguments: json.text }] : undefined
}
