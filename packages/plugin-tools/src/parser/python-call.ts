import type { Cursor, Reading } from './cursor.ts'
import type { ReadCall } from './dialect.ts'
import { createPythonReader } from './python-literal.ts'

/** `name(key=value, ...)` with literals as values. */
export function* readPythonCall(input: Cursor): Reading<ReadCall | undefined> {
  const name = yield* input.takeWhile(/[\w.-]/)
  if (!/^[A-Za-z_]/.test(name) || (yield* input.peek()) !== '(') return undefined
  const written = yield* input.brackets()
  const args = written === undefined ? undefined : keywordArguments(written)
  return args === undefined ? undefined : { name, arguments: args }
}

/** Calls with commas or white space between them. `undefined` where there is none, or one cannot be read. */
export function* readPythonCalls(input: Cursor): Reading<ReadCall[] | undefined> {
  const calls: ReadCall[] = []
  for (;;) {
    yield* input.skipSpace()
    if (!/[A-Za-z_]/.test((yield* input.peek()) ?? '')) return calls.length > 0 ? calls : undefined
    const call = yield* readPythonCall(input)
    if (!call) return undefined
    calls.push(call)
    yield* input.skipSpace()
    yield* input.take(',')
  }
}

/** `(key=value, ...)` as the text of a JSON object; `undefined` where anything else is in the brackets. */
function keywordArguments(written: string): string | undefined {
  const reader = createPythonReader(written)
  const members = new Map<string, string>()
  reader.take('(')
  while (!reader.take(')')) {
    reader.skipSpace()
    const name = reader.match(/[A-Za-z_]\w*/y)
    const value = name !== undefined && reader.take('=') ? reader.value() : undefined
    if (name === undefined || value === undefined) return undefined
    members.set(name, value)
    if (!reader.take(',') && written[reader.at] !== ')' && !closesNext()) return undefined
  }
  return `{${[...members].map(([name, value]) => `${JSON.stringify(name)}: ${value}`).join(', ')}}`

  function closesNext(): boolean {
    reader.skipSpace()
    return written[reader.at] === ')'
  }
}
