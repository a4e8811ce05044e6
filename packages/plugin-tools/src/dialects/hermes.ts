import type { Dialect } from '../parser/dialect.ts'
import { droppedToken } from './dropped-token.ts'
import { readJsonCalls } from './json-calls.ts'

const endTag = '</tool_call>'
/** Some models put JSON into a code fence even here. */
const fence = '```'

/**
 * `<tool_call>{"name": ..., "arguments": {...}}</tool_call>`: Hermes, Qwen, and what this plugin's prompts ask for. An
 * array in the tags is several calls.
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
        // Models often write a bracket too many.
        yield* input.takeWhile(/[\s}\]]/)
        if (!(yield* input.close(endTag))) {
          input.endAt(end)
          context.lacks(endTag)
        }
        return read.calls
      },
    },
    // A late end tag: something else stands between it and its call.
    droppedToken(endTag, { when: ({ unclosed }) => unclosed === endTag }),
  ],
}
