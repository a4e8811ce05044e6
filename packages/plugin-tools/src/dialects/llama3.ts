import type { Dialect } from '../parser/dialect.ts'
import { droppedToken } from './dropped-token.ts'
import { readJsonCalls } from './json-calls.ts'

/** Llama 3: `<|python_tag|>{"name": ..., "parameters": {...}}`, several with a semicolon between them. */
export const llama3: Dialect = {
  name: 'llama3',
  starts: [
    {
      text: '<|python_tag|>',
      *read(input, context) {
        yield* input.skipSpace()
        if ((yield* input.peek()) !== '{') return undefined
        context.claim()
        const calls = []
        let end = 0
        for (;;) {
          const read = yield* readJsonCalls(input)
          if (!read) break
          calls.push(...read.calls)
          end = input.position
          yield* input.takeWhile(/[\s;,]/)
          if ((yield* input.peek()) !== '{') break
        }
        input.endAt(end)
        return calls.length > 0 ? calls : undefined
      },
    },
    droppedToken('<|eom_id|>'),
    droppedToken('<|eot_id|>'),
  ],
}
