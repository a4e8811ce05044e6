import type { Dialect } from '../parser/dialect.ts'
import { readJsonCalls } from './json-calls.ts'

const languages = ['', 'json', 'tool_call', 'tool_calls', 'tool', 'function_call']

/** A Markdown fence with nothing in it but a call, or an array of them, as JSON. */
export const fencedJson: Dialect = {
  name: 'fenced-json',
  starts: [
    {
      text: '```',
      *read(input) {
        const language = yield* input.takeWhile(/[\w-]/)
        if (!languages.includes(language)) return undefined
        yield* input.skipSpace()
        const read = yield* readJsonCalls(input)
        if (!read?.whole) return read?.calls
        yield* input.skipSpace()
        return (yield* input.close('```')) ? read.calls : undefined
      },
    },
  ],
}
