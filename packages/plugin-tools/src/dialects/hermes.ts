import type { Dialect } from '../parser/dialect.ts'
import { readJsonCalls } from './json-calls.ts'
import { noise } from './noise.ts'

const endTag = '</tool_call>'
/** Some models cannot write JSON without one. */
const fence = '```'

/**
 * `<tool_call>{"name": ..., "arguments": {...}}</tool_call>`: Hermes, Qwen, and what the prompts of this plugin ask for.
 * An array in the tags is several calls.
 */
export const hermes: Dialect = {
  name: 'hermes',
  starts: [
    {
      text: '<tool_call>',
      *read(input, context) {
        yield* input.skipSpace()
        const fenced = yield* input.take(fence)
        if (fenced) yield* input.takeWhile(/\w/)
        yield* input.skipSpace()
        const first = yield* input.peek()
        if (first !== '{' && first !== '[') return undefined
        context.claim()
        const read = yield* readJsonCalls(input, { live: context })
        if (!read?.whole) return read?.calls
        let end = input.position
        if (fenced) {
          yield* input.skipSpace()
          if (yield* input.take(fence)) end = input.position
        }
        // A bracket too many is a common slip.
        yield* input.takeWhile(/[\s}\]]/)
        if (!(yield* input.close(endTag))) {
          input.endAt(end)
          context.lacks(endTag)
        }
        return read.calls
      },
    },
    // It belongs to a call that went on with something else before its end tag came.
    noise(endTag, { when: ({ unclosed }) => unclosed === endTag }),
  ],
}
