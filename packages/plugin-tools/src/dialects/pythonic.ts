import type { Cursor, Reading } from '../parser/cursor.ts'
import type { Dialect, ReadCall, ReadContext } from '../parser/dialect.ts'
import { readPythonCalls } from '../parser/python-call.ts'
import { readJsonCallList, readJsonCalls } from './json-calls.ts'

/** A list of calls as Python would write them, anywhere in the text: `[name(key="value"), other()]`. */
export const pythonic: Dialect = {
  name: 'pythonic',
  starts: [
    {
      text: '[',
      *read(input) {
        const calls = yield* readPythonCalls(input)
        return calls && (yield* input.take(']')) ? calls : undefined
      },
    },
  ],
}

/** LFM2: `<|tool_call_start|>[name(key="value")]<|tool_call_end|>`, or JSON between its tokens. */
export const lfm2: Dialect = {
  name: 'lfm2',
  starts: [{ text: '<|tool_call_start|>', read: (input, context) => readBetween(input, context, '<|tool_call_end|>') }],
}

/** OLMo 3: `<function_calls>name(key="value")</function_calls>`, with one call on each line. */
export const olmo3: Dialect = {
  name: 'olmo3',
  starts: [{ text: '<function_calls>', read: (input, context) => readBetween(input, context, '</function_calls>') }],
}

function* readBetween(input: Cursor, context: ReadContext, endTag: string): Reading<ReadCall[] | undefined> {
  yield* input.skipSpace()
  const calls = yield* readList(input)
  if (!calls) return undefined
  context.claim()
  const end = input.position
  yield* input.skipSpace()
  if (!(yield* input.close(endTag))) input.endAt(end)
  return calls
}

function* readList(input: Cursor): Reading<ReadCall[] | undefined> {
  if ((yield* input.peek()) === '{') return (yield* readJsonCalls(input))?.calls
  const bracketed = yield* input.take('[')
  yield* input.skipSpace()
  if (bracketed && (yield* input.peek()) === '{') return (yield* readJsonCallList(input))?.calls
  const calls = yield* readPythonCalls(input)
  return calls && (!bracketed || (yield* input.take(']'))) ? calls : undefined
}
