import { type CommentState, nextCommentState } from './json-comment.ts'
import type { JsonLexer, JsonLexerMode, Member } from './json-text.ts'
import { mend } from './mend.ts'
import { pythonToJson } from './python-literal.ts'
import { isSpace } from './white-space.ts'

type State =
  | 'value'
  | 'first-key'
  | 'key'
  | 'colon'
  | 'next'
  | 'first-element'
  | 'string'
  | 'escape'
  | 'hex'
  | 'number'
  | 'word'
  | 'comment'

/** What interrupts a string: its quote, a backslash, a control character. Written as the complement of the others. */
const stringEnd = { '"': /[^ !#-[\]-\uffff]/g, "'": /[^ -&(-[\]-\uffff]/g }
const simpleEscapes = '"\\/bfnrt'
const numberCharacter = /[-+.\deE]/
const wordCharacter = /[\w$-]/
const number = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/
const jsonWords = new Set(['true', 'false', 'null'])
const pythonWords = new Set(['True', 'False', 'None'])

export function createJsonLexer(): JsonLexer {
  let mode: JsonLexerMode = 'strict'
  let closers: string[] = []
  let members: Member[] = []
  let state: State = 'value'
  let done = false
  let failed = false
  let strict = true
  /** How many characters of the value were read before. */
  let offset = 0
  let quote: '"' | "'" = '"'
  let isKey = false
  let token = ''
  let hexLeft = 0
  let comment: CommentState = 'over'
  let afterComment: State = 'value'
  let open: { key: string; start: number } | undefined
  let key = ''
  let unsettled: number | undefined

  function lenient(): boolean {
    strict = false
    if (mode === 'strict') failed = true
    return !failed
  }

  function fail(): void {
    failed = true
  }

  /** Called when a scalar, an object or an array has ended before `at`. */
  function valueEnds(at: number): void {
    state = 'next'
    if (closers.length === 1 && open) {
      members.push({ ...open, end: at })
      open = undefined
    }
    if (closers.length === 0) done = true
  }

  function keyEnds(): void {
    key = decodeKey(token)
    token = ''
    state = 'colon'
  }

  function begin(character: string, at: number): void {
    unsettled = undefined
    if (closers.length === 1 && closers[0] === '}') open = { key, start: at }
    if (character === '{' || character === '[') {
      closers.push(character === '{' ? '}' : ']')
      state = character === '{' ? 'first-key' : 'first-element'
    } else if (closers.length === 0) fail()
    else if (character === '"' || character === "'") openString(character, false)
    else if (character === '-' || (character >= '0' && character <= '9')) {
      token = character
      state = 'number'
    } else if (/[A-Za-z]/.test(character)) {
      token = character
      isKey = false
      state = 'word'
    } else fail()
  }

  function openString(character: '"' | "'", asKey: boolean): void {
    if (character === "'" && !lenient()) return
    quote = character
    isKey = asKey
    token = ''
    state = 'string'
  }

  function openKey(character: string): void {
    unsettled = undefined
    if (character === '"' || character === "'") openString(character, true)
    else if (mode !== 'python' && /[A-Za-z_$]/.test(character) && lenient()) {
      token = character
      isKey = true
      state = 'word'
    } else fail()
  }

  function close(character: string, at: number): void {
    if (closers.at(-1) !== character) return fail()
    closers.pop()
    valueEnds(at + 1)
  }

  function wordEnds(at: number): void {
    if (isKey) return keyEnds()
    if (!jsonWords.has(token) && !(pythonWords.has(token) && lenient())) return fail()
    valueEnds(at)
  }

  /** Reads the inside of a string; returns the index behind what it took. */
  function readString(text: string, from: number): number {
    const end = stringEnd[quote]
    end.lastIndex = from
    while (end.test(text)) {
      const stop = end.lastIndex - 1
      const character = text[stop]
      if (character === '\\') {
        // The usual escapes in one go: they are as frequent as line breaks are in code.
        if (!isKey && simpleEscapes.includes(text.charAt(stop + 1)) && stop + 1 < text.length) {
          end.lastIndex = stop + 2
          continue
        }
        state = 'escape'
        unsettled = offset + stop
      } else if (character === quote) {
        if (isKey) token += text.slice(from, stop)
        if (isKey) keyEnds()
        else valueEnds(offset + stop + 1)
        return stop + 1
      } else if (!'\n\r\t'.includes(character ?? ' ')) {
        fail()
        return stop
      } else if (!lenient()) return stop
      if (isKey) token += text.slice(from, stop + 1)
      return stop + 1
    }
    if (isKey) token += text.slice(from)
    return text.length
  }

  function readEscape(character: string): void {
    if (isKey) token += character
    state = 'string'
    if (character === 'u') {
      state = 'hex'
      hexLeft = 4
      return
    }
    unsettled = undefined
    if (!simpleEscapes.includes(character)) {
      // Any other backslash may be a part of the text (a pattern, a path); only one before a quote is surely a slip.
      if (mode === 'python' || character === "'") lenient()
      else fail()
    }
  }

  /** Reads one character outside of strings. False: it only ended a token, and is to be read again in the new state. */
  function readOne(character: string, code: number, at: number): boolean {
    switch (state) {
      case 'escape':
        readEscape(character)
        return true
      case 'hex':
        if (isKey) token += character
        if (!/[\da-fA-F]/.test(character)) fail()
        hexLeft -= 1
        if (hexLeft === 0) {
          state = 'string'
          unsettled = undefined
        }
        return true
      case 'number':
        if (numberCharacter.test(character)) {
          token += character
          return true
        }
        if (number.test(token)) valueEnds(at)
        else fail()
        return false
      case 'word':
        if (wordCharacter.test(character)) {
          token += character
          return true
        }
        wordEnds(at)
        return false
      case 'comment':
        comment = nextCommentState(comment, character)
        if (comment === 'none') fail()
        else if (comment === 'over') state = afterComment
        return true
    }
    if (isSpace(code)) {
      if (closers.length === 0) fail()
      return true
    }
    if (character === '/' && mode === 'lenient' && closers.length > 0) {
      strict = false
      afterComment = state
      state = 'comment'
      comment = 'slash'
      return true
    }
    readStructure(character, at)
    return true
  }

  function readStructure(character: string, at: number): void {
    switch (state) {
      case 'first-key':
        if (character === '}') close(character, at)
        else openKey(character)
        break
      case 'key':
        if (character !== '}') openKey(character)
        else if (lenient()) close(character, at)
        break
      case 'colon':
        if (character === ':') state = 'value'
        else fail()
        break
      case 'first-element':
        if (character === ']') close(character, at)
        else begin(character, at)
        break
      case 'value':
        // In an array, a comma before the closing bracket can be mended.
        if (character === ']' && closers.at(-1) === ']' && lenient()) close(character, at)
        else begin(character, at)
        break
      default:
        if (character !== ',') return close(character, at)
        unsettled = at
        state = closers.at(-1) === '}' ? 'key' : 'value'
    }
  }

  return {
    reset(newMode) {
      mode = newMode
      closers = []
      members = []
      state = 'value'
      done = false
      failed = false
      strict = true
      offset = 0
      token = ''
      open = undefined
      unsettled = undefined
    },
    get done() {
      return done
    },
    get failed() {
      return failed
    },
    get strict() {
      return strict
    },
    get settled() {
      return unsettled ?? offset
    },
    get members() {
      return members
    },
    get open() {
      return open
    },
    read(text, from) {
      let at = from
      while (at < text.length && !done && !failed) {
        if (state === 'string') {
          offset -= from
          at = readString(text, at)
          offset += from
          continue
        }
        const taken = readOne(text.charAt(at), text.charCodeAt(at), offset + at - from)
        if (taken && !failed) at += 1
      }
      offset += at - from
      return at
    },
    result(text) {
      if (strict) return { text, members, mended: false }
      const mended = mode === 'python' ? pythonToJson(text) : mend(text)
      if (mended === undefined) return undefined
      const lexer = createJsonLexer()
      const end = lexer.read(mended, 0)
      return lexer.done && end === mended.length ? { text: mended, members: lexer.members, mended: true } : undefined
    },
  }
}

function decodeKey(text: string): string {
  if (!text.includes('\\')) return text
  try {
    return String(JSON.parse(`"${text}"`))
  } catch {
    return text
  }
}
