import type { Cursor, Reading } from '../parser/cursor.ts'
import type { Dialect, ReadCall } from '../parser/dialect.ts'
import { readJsonCalls } from './json-calls.ts'

/**
 * A call as JSON with nothing around it, or an array of them, anywhere in the text: Llama 3, xLAM. All JSON in the text
 * is looked at, so nothing is mended, and both name and arguments must be there.
 */
export const bareJson: Dialect = {
  name: 'bare-json',
  starts: [
    { text: '{', included: true, read: readStrict },
    { text: '[', included: true, read: readStrict },
  ],
}

function* readStrict(input: Cursor): Reading<ReadCall[] | undefined> {
  const read = yield* readJsonCalls(input, { mode: 'strict', explicit: true })
  return read?.calls
}
