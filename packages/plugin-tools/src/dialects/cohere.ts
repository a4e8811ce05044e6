import type { Dialect } from '../parser/dialect.ts'
import { droppedToken } from './dropped-token.ts'
import { readJsonCalls } from './json-calls.ts'

/** Command R and A: `<|START_ACTION|>{"tool_name": ..., "parameters": {...}}<|END_ACTION|>`, or an array of them. */
export const cohere: Dialect = {
  name: 'cohere',
  starts: [
    {
      text: '<|START_ACTION|>',
      *read(input, context) {
        context.claim()
        yield* input.skipSpace()
        const read = yield* readJsonCalls(input)
        if (!read?.whole) return read?.calls
        const end = input.position
        yield* input.skipSpace()
        if (!(yield* input.close('<|END_ACTION|>'))) input.endAt(end)
        return read.calls
      },
    },
    droppedToken('<|START_RESPONSE|>'),
    droppedToken('<|END_RESPONSE|>', { spaceBehind: true }),
    droppedToken('<|START_TEXT|>'),
    droppedToken('<|END_TEXT|>', { spaceBehind: true }),
  ],
  dropsGaps: true,
}
