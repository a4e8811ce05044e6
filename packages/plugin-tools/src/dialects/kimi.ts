import type { Cursor, Reading } from '../parser/cursor.ts'
import type { Dialect, ReadCall, ReadContext } from '../parser/dialect.ts'
import { oneOf } from '../parser/terminator.ts'

const callStart = '<|tool_call_begin|>'
const argumentStart = oneOf('<|tool_call_argument_begin|>')

/** Kimi K2: a section of `<|tool_call_begin|>functions.name:0<|tool_call_argument_begin|>{...}<|tool_call_end|>`. */
export const kimi: Dialect = {
  name: 'kimi',
  starts: [
    { text: '<|tool_calls_section_begin|>', read: (input, context) => readSection(input, context) },
    { text: callStart, included: true, read: (input, context) => readSection(input, context) },
  ],
  endsTurn: true,
}

function* readSection(input: Cursor, context: ReadContext): Reading<ReadCall[] | undefined> {
  context.claim()
  const calls: ReadCall[] = []
  let end = 0
  for (;;) {
    yield* input.skipSpace()
    if (!(yield* input.take(callStart))) break
    const call = yield* readCall(input, context)
    if (!call) {
      if (!input.ended || calls.length === 0) return undefined
      input.endAt(end)
      return calls
    }
    calls.push(call)
    end = input.position
    yield* input.skipSpace()
    if (yield* input.close('<|tool_call_end|>')) end = input.position
  }
  if (calls.length === 0) return undefined
  if (!(yield* input.close('<|tool_calls_section_end|>'))) input.endAt(end)
  return calls
}

function* readCall(input: Cursor, { tools }: ReadContext): Reading<ReadCall | undefined> {
  const head = yield* input.until(argumentStart)
  const name = head && nameOf(head.text.trim(), tools)
  if (!name) return undefined
  yield* input.skipSpace()
  const json = yield* input.json('lenient')
  return json?.text.startsWith('{') ? { name, arguments: json.text } : undefined
}

/** `functions.get_weather:0` calls get_weather. */
function nameOf(id: string, tools: ReadContext['tools']): string {
  const named = id.replace(/:\d+$/, '')
  return tools?.has(named) ? named : named.replace(/^functions\./, '')
}
