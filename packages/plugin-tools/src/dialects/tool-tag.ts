import type { Cursor, Reading } from '../parser/cursor.ts'
import type { OfferedTools, ReadCall, ReadContext, Start } from '../parser/dialect.ts'
import { closeTag, type Terminator } from '../parser/terminator.ts'

/** Reads what is between a tool's tags; gives the text of a JSON object. `closed`: the end tag is there. */
export type ReadBody = (name: string, body: string, closed: boolean, tools: OfferedTools) => string | undefined

/** The starts of formats that have a tag for each tool: `<name>`, `<name/>`, also with white space in the tag. */
export function toolTagStarts(tools: OfferedTools, readBody: ReadBody): Start[] {
  const names = [...(tools?.keys() ?? [])]
  if (names.length === 0) return []
  const ends = new Map(names.map((name) => [name, closeTag(name)]))
  const read = (name: string) => (input: Cursor, context: ReadContext) => readTag(name, input, context)
  return [
    ...names.map((name) => ({ text: `<${name}`, read: read(name) })),
    {
      text: '< ',
      *read(input, context) {
        yield* input.skipSpace()
        const name = yield* input.takeAny(names)
        return name === undefined ? undefined : yield* readTag(name, input, context)
      },
    },
  ]

  function* readTag(name: string, input: Cursor, context: ReadContext): Reading<ReadCall[] | undefined> {
    yield* input.skipSpace()
    if (yield* input.take('/>')) return [{ name, arguments: '{}' }]
    if (!(yield* input.take('>'))) return undefined
    context.claim()
    const end: Terminator = ends.get(name) ?? closeTag(name)
    const { text, terminator } = yield* input.untilOrEnd(end)
    if (terminator === undefined && context.cutOff) return undefined
    const args = readBody(name, text, terminator !== undefined, context.tools)
    return args === undefined ? undefined : [{ name, arguments: args }]
  }
}
