import type { Dialect } from '../parser/dialect.ts'
import { readJsonCalls } from './json-calls.ts'

/** GigaChat 3: `<|message_sep|>`, a line `function call<|role_sep|>`, and the call as JSON. */
export const gigachat: Dialect = {
  name: 'gigachat',
  starts: [
    {
      text: '<|message_sep|>',
      *read(input, context) {
        yield* input.skipSpace()
        if (!(yield* input.take('function call<|role_sep|>'))) return undefined
        context.claim()
        yield* input.skipSpace()
        const read = yield* readJsonCalls(input)
        if (read?.whole) yield* input.take('</s>')
        return read?.calls
      },
    },
  ],
}
