import { createBracketLexer } from './bracket-lexer.ts'
import { createJsonLexer } from './json-lexer.ts'
import type { JsonLexer, JsonLexerMode, JsonText } from './json-text.ts'
import type { Terminator } from './terminator.ts'
import { isSpace } from './white-space.ts'

/** A reader that stops (`yield`) where it needs more text. */
export type Reading<Result> = Generator<undefined, Result, undefined>

/**
 * The text behind a start, while it arrives. Operations read each character once, and their results do not depend on
 * the pieces in which the text comes.
 */
export interface Cursor {
  /** Characters read since the start. */
  readonly position: number
  /** The text has ended and all of it was read. */
  readonly ended: boolean
  /** The next character, which stays unread; `undefined` at the end of the text. */
  peek(): Reading<string | undefined>
  skipSpace(): Reading<void>
  /** Reads this text if it is what comes next; reads nothing otherwise. */
  take(text: string): Reading<boolean>
  /** Reads one of these end tags. Where the text ends, an incomplete or missing one is good enough. */
  close(...endTags: readonly string[]): Reading<boolean>
  /** Reads the longest of these texts that comes next; `undefined` where none does. */
  takeAny(texts: readonly string[]): Reading<string | undefined>
  /** Puts back what was read last. Must follow directly, without waiting for more text. */
  unread(text: string): void
  /** Reads as long as single characters match. */
  takeWhile(character: RegExp): Reading<string>
  /** Reads up to and with the terminator. `undefined` where the text ends before. */
  until(terminator: Terminator): Reading<{ text: string; terminator: string } | undefined>
  /** The same, but where the text ends before, it gives the text without a terminator. */
  untilOrEnd(terminator: Terminator): Reading<{ text: string; terminator: string | undefined }>
  /** Reads a JSON object or array. `undefined` where there is none, or none that may be mended. */
  json(mode: JsonLexerMode, progress?: (piece: string, lexer: JsonProgress) => void): Reading<JsonText | undefined>
  /** Reads from an opening bracket to the one that closes it. Brackets in Python's strings do not count. */
  brackets(): Reading<string | undefined>
  /** Sets the end of the call before what was read last. Nothing may be read after it. */
  endAt(position: number): void
}

/** How far a JSON value has been read. */
export type JsonProgress = Pick<JsonLexer, 'strict' | 'settled' | 'members' | 'open'>

/** A cursor, with the methods that feed it. */
export interface FilledCursor extends Cursor {
  /** Starts over, without text. */
  reset(): void
  push(text: string): void
  end(): void
}

export function createCursor(): FilledCursor {
  let buffer = ''
  let at = 0
  /** Position of the buffer's first character. */
  let base = 0
  let closed = false
  let endPosition: number | undefined
  let lexer: JsonLexer | undefined

  function* peek(): Reading<string | undefined> {
    while (at === buffer.length) {
      if (closed) return undefined
      yield
    }
    return buffer[at]
  }

  function* take(text: string): Reading<boolean> {
    while (buffer.length - at < text.length) {
      if (closed || !text.startsWith(buffer.slice(at))) return false
      yield
    }
    if (!buffer.startsWith(text, at)) return false
    at += text.length
    return true
  }

  function* takeAny(texts: readonly string[]): Reading<string | undefined> {
    while (!closed && texts.some((text) => buffer.length - at < text.length && text.startsWith(buffer.slice(at)))) yield
    let longest: string | undefined
    for (const text of texts) {
      if (buffer.startsWith(text, at) && text.length > (longest?.length ?? 0)) longest = text
    }
    at += longest?.length ?? 0
    return longest
  }

  function* untilOrEnd(terminator: Terminator): Reading<{ text: string; terminator: string | undefined }> {
    const parts: string[] = []
    for (;;) {
      const found = terminator.find(buffer, at)
      if (found) {
        parts.push(buffer.slice(at, found.index))
        at = found.index + found.text.length
        return { text: parts.join(''), terminator: found.text }
      }
      const kept = closed ? buffer.length : terminator.hold(buffer, at)
      parts.push(buffer.slice(at, kept))
      at = kept
      if (closed) return { text: parts.join(''), terminator: undefined }
      yield
    }
  }

  return {
    get position() {
      return endPosition ?? base + at
    },
    get ended() {
      return closed && at === buffer.length
    },
    reset() {
      buffer = ''
      at = 0
      base = 0
      closed = false
      endPosition = undefined
    },
    push(text) {
      base += at
      buffer = at === buffer.length ? text : buffer.slice(at) + text
      at = 0
    },
    end() {
      closed = true
    },
    peek,
    *skipSpace() {
      for (;;) {
        while (at < buffer.length && isSpace(buffer.charCodeAt(at))) at += 1
        if (at < buffer.length || closed) return
        yield
      }
    },
    take,
    takeAny,
    *close(...endTags) {
      if ((yield* takeAny(endTags)) !== undefined) return true
      const rest = buffer.slice(at)
      const cut = closed && endTags.some((endTag) => endTag.startsWith(rest))
      if (cut) at = buffer.length
      return cut
    },
    unread(text) {
      at -= text.length
    },
    *takeWhile(character) {
      const parts: string[] = []
      for (;;) {
        const from = at
        while (at < buffer.length && character.test(buffer.charAt(at))) at += 1
        parts.push(buffer.slice(from, at))
        if (at < buffer.length || closed) return parts.join('')
        yield
      }
    },
    *until(end) {
      const { text, terminator } = yield* untilOrEnd(end)
      return terminator === undefined ? undefined : { text, terminator }
    },
    untilOrEnd,
    *json(mode, progress) {
      lexer ??= createJsonLexer()
      lexer.reset(mode)
      const parts: string[] = []
      for (;;) {
        const from = at
        at = lexer.read(buffer, at)
        const piece = buffer.slice(from, at)
        parts.push(piece)
        progress?.(piece, lexer)
        if (lexer.done) return lexer.result(parts.join(''))
        if (lexer.failed) return undefined
        if (closed) return undefined
        yield
      }
    },
    *brackets() {
      const lexer = createBracketLexer()
      const parts: string[] = []
      for (;;) {
        const from = at
        at = lexer.read(buffer, at)
        parts.push(buffer.slice(from, at))
        if (lexer.done) return parts.join('')
        if (lexer.failed || closed) return undefined
        yield
      }
    },
    endAt(position) {
      endPosition = position
    },
  }
}
