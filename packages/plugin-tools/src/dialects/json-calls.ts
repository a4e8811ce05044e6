import { argumentKeys, callOf, nameKeys } from '../parser/call-object.ts'
import type { Cursor, JsonProgress, Reading } from '../parser/cursor.ts'
import type { ReadCall, ReadContext } from '../parser/dialect.ts'
import type { JsonLexerMode } from '../parser/json-text.ts'

/** Calls that were read. `whole` is false where the text ended within a list, and these are its complete calls. */
export interface JsonCalls {
  calls: ReadCall[]
  whole: boolean
}

export interface JsonCallOptions {
  /** Default: lenient. */
  mode?: JsonLexerMode
  /** Only objects with `name` and either `arguments` or `parameters`. */
  explicit?: boolean
  /** Emit a single call while it is read. */
  live?: ReadContext
}

/** A call as a JSON object, or several in an array. */
export function* readJsonCalls(input: Cursor, options: JsonCallOptions = {}): Reading<JsonCalls | undefined> {
  if (yield* input.take('[')) return yield* readJsonCallList(input, options)
  const json = yield* input.json(options.mode ?? 'lenient', options.live && streamArguments(options.live))
  const call = json && callOf(json, options)
  return call && { calls: [call], whole: true }
}

/** Reads on behind the opening bracket of an array of calls. */
export function* readJsonCallList(input: Cursor, options: JsonCallOptions = {}): Reading<JsonCalls | undefined> {
  const calls: ReadCall[] = []
  let end = 0
  for (;;) {
    yield* input.skipSpace()
    if (yield* input.take(']')) break
    const json = yield* input.json(options.mode ?? 'lenient')
    const call = json && callOf(json, options)
    if (call) {
      calls.push(call)
      end = input.position
      yield* input.skipSpace()
      if (yield* input.take(',')) continue
      if (yield* input.take(']')) break
    }
    if (!input.ended || calls.length === 0) return undefined
    input.endAt(end)
    return { calls, whole: false }
  }
  return calls.length > 0 ? { calls, whole: true } : undefined
}

/**
 * Emits the arguments while they are read, once the name is known. Their last bracket is held back until the whole
 * object was read, so that what turns out to be no call never looks like a complete one.
 */
function streamArguments(context: ReadContext): (piece: string, lexer: JsonProgress) => void {
  let pieces: string[] = []
  /** What was read of the arguments and not emitted. */
  let unsent = ''
  let sent = 0
  let state: 'waiting' | 'streaming' | 'refused' = 'waiting'
  let stream: ReturnType<ReadContext['stream']>

  return (piece, lexer) => {
    if (state === 'refused') return
    // From here on the text has to be mended: the rest is emitted when that is done.
    if (!lexer.strict) {
      state = 'refused'
      return
    }
    const whole = lexer.members.find(({ key }) => argumentKeys.includes(key))
    if (state === 'waiting') {
      pieces.push(piece)
      const start = whole?.start ?? (lexer.open && argumentKeys.includes(lexer.open.key) ? lexer.open.start : undefined)
      const name = lexer.members.find(({ key }) => nameKeys.includes(key))
      if (start === undefined || !name) return
      const text = pieces.join('')
      pieces = []
      const called: unknown = JSON.parse(text.slice(name.start, name.end))
      stream = typeof called === 'string' && text[start] === '{' ? context.stream(called.trim()) : undefined
      state = stream ? 'streaming' : 'refused'
      unsent = text.slice(start)
      sent = start
    } else unsent += piece
    const ready = (whole ? whole.end - 1 : lexer.settled) - sent
    if (ready <= 0) return
    stream?.write(unsent.slice(0, ready))
    unsent = unsent.slice(ready)
    sent += ready
  }
}
