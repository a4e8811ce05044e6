import type { Cursor, Reading } from '../parser/cursor.ts'
import type { Dialect, ReadCall, ReadContext, Start } from '../parser/dialect.ts'
import { oneOf } from '../parser/terminator.ts'
import { droppedToken } from './dropped-token.ts'

/** The tokens have full-width bars; some tokenizers make ASCII ones of them. */
const bars = ['｜', '|']
const token = (name: string) => bars.map((bar) => `<${bar}tool▁${name}${bar}>`)
const separator = oneOf(...token('sep'))

/**
 * DeepSeek: a section of calls, each `function`, a separator, the name and a JSON fence (V3, R1), or the name, a
 * separator and JSON (V3.1).
 */
export const deepseek: Dialect = {
  name: 'deepseek',
  starts: [...sectionStarts(), ...droppedStarts()],
}

/** Cogito writes calls as DeepSeek V3 does, but only at the beginning of an answer: behind other text they are text. */
export const cogito: Dialect = { name: 'cogito', starts: sectionStarts({ atBeginning: true }) }

function sectionStarts({ atBeginning = false } = {}): Start[] {
  return token('calls▁begin').map((text) => ({
    text,
    *read(input, context) {
      if (atBeginning && !context.atBeginning) return undefined
      return yield* readSection(input, context)
    },
  }))
}

/** Dropped: the token at the end of the answer, and those around results. What is between those is text. */
function droppedStarts(): Start[] {
  const ends = bars.map((bar) => `<${bar}end▁of▁sentence${bar}>`)
  return [
    ...ends,
    ...token('outputs▁begin'),
    ...token('outputs▁end'),
    ...token('output▁begin'),
    ...token('output▁end'),
  ].map((text) => droppedToken(text))
}

function* readSection(input: Cursor, context: ReadContext): Reading<ReadCall[] | undefined> {
  context.claim()
  const calls: ReadCall[] = []
  let end = 0
  for (;;) {
    yield* input.skipSpace()
    if (!(yield* input.takeAny(token('call▁begin')))) break
    const call = yield* readCall(input)
    if (!call) {
      if (!input.ended || calls.length === 0) return undefined
      input.endAt(end)
      return calls
    }
    calls.push(call)
    end = input.position
    yield* input.skipSpace()
    if (yield* input.close(...token('call▁end'))) end = input.position
  }
  if (calls.length === 0) return undefined
  if (!(yield* input.close(...token('calls▁end')))) input.endAt(end)
  return calls
}

function* readCall(input: Cursor): Reading<ReadCall | undefined> {
  const head = yield* input.until(separator)
  if (!head) return undefined
  const bare = (yield* input.peek()) === '{'
  const name = bare ? head.text.trim() : (yield* input.takeWhile(/[^\r\n`{]/)).trim()
  yield* input.skipSpace()
  const fenced = yield* input.take('```')
  if (fenced) yield* input.takeWhile(/\w/)
  yield* input.skipSpace()
  const json = yield* input.json('lenient')
  if (name === '' || !json?.text.startsWith('{')) return undefined
  yield* input.skipSpace()
  if (fenced) yield* input.close('```')
  return { name, arguments: json.text }
}
