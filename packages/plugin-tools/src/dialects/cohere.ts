import type { Dialect } from '../parser/dialect.ts'
import { readJsonCalls } from './json-calls.ts'
import { noise } from './noise.ts'

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
    noise('<|START_RESPONSE|>'),
    noise('<|END_RESPONSE|>', { spaceBehind: true }),
    noise('<|START_TEXT|>'),
    noise('<|END_TEXT|>', { spaceBehind: true }),
  ],
  dropsGaps: true,
}
