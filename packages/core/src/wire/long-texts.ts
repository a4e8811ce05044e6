import { proxyError } from '../errors.ts'
import { lazy } from '../on-demand.ts'
import { randomHex } from './ids.ts'
import { joinChunks } from './join-chunks.ts'
import { PiecedBytes } from './pieced-bytes.ts'

/**
 * A long text of a JSON document, as the literal in which it came: it is made a string when somebody looks at it, and goes
 * into another document as it stands. To parse a prompt of a megabyte, to write it and to encode it anew takes several times
 * as long as to forward it. Whether it is a JSON string is seen by who makes a string of it: here, or upstream.
 */
export class LongText {
  /** With its quotes, none of which stands within it; in the pieces in which it came. */
  readonly #literal: readonly Buffer[]
  readonly #length: number

  constructor(literal: readonly Buffer[]) {
    this.#literal = literal
    this.#length = literal.reduce((sum, { length }) => sum + length, 0)
  }

  /** Throws a ProxyError (400) where it is no JSON string. */
  get text(): string {
    const text = parseString(joinChunks(this.#literal).toString('utf8'))
    if (text !== undefined) return text
    const message = "The request's body is not JSON: a text in it holds a bad escape or control character."
    throw proxyError('invalid_json', message)
  }

  toString(): string {
    return this.text
  }

  /** In a document that `writeWithLongTexts` writes, the literal; in any other the text. */
  toJSON(): string {
    return written ? `${mark()}-${written.push(this.#literal) - 1}` : this.text
  }

  /**
   * What the first `length` bytes of the literal say, as far as they are whole, and which share of it they are. What is no
   * JSON stands for itself.
   */
  beginning(length: number): { text: string; share: number } {
    const last = Math.min(length, this.#length - 1)
    const literal = joinChunks(new PiecedBytes(this.#literal).slice(0, last + 1))
    let end = 1
    while (end < last) {
      const next = end + (literal[end] !== backslash ? 1 : literal[end + 1] === letterU ? 6 : 2)
      if (next > last) break
      end = next
    }
    while (((literal[end] ?? 0) & 0xc0) === 0x80) end -= 1
    const said = literal.toString('utf8', 1, end)
    const text = parseString(`"${said}"`) ?? said
    // The second half of a pair of surrogates may stand in the next escape sequence.
    return { text: text.isWellFormed() ? text : text.slice(0, -1), share: (end - 1) / (this.#length - 2) }
  }
}

function parseString(literal: string): string | undefined {
  try {
    return String(JSON.parse(literal))
  } catch {
    return undefined
  }
}

/** Bytes of a document, and of a text in it, from which on this is worth the search. */
const longDocument = 64 * 1024
const longText = 4 * 1024
/** The long texts that an object holds, by the names of its members. */
const carried = new WeakMap<object, Map<string, LongText>>()
/** While a document is written: the literals that stand in it. */
let written: (readonly Buffer[])[] | undefined

/**
 * Of the members whose text is usually handed on and not looked at. The same for all objects: V8 keeps accessors for long,
 * and with one of its own each object would be kept as well.
 */
const accessors = {
  content: accessor('content'),
  text: accessor('text'),
  url: accessor('url'),
  input: accessor('input'),
  image_url: accessor('image_url'),
}
/** Under these names long texts are kept as such. */
export type LongName = keyof typeof accessors

function accessor(name: string): PropertyDescriptor & ThisType<object> {
  return {
    enumerable: true,
    configurable: true,
    get() {
      const text = carried.get(this)?.get(name)
      if (!text || written) return text?.toJSON()
      // From now on a text like any other; the document that it came from is not held for its sake.
      return settle(this, name, text.text)
    },
    set(value) {
      settle(this, name, value)
    },
  }
}

function settle<Value>(holder: object, name: string, value: Value): Value {
  if (Reflect.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true }))
    carried.get(holder)?.delete(name)
  return value
}

/** The long text that a member of an object is, as long as nobody has looked at it. */
export function longTextOf(holder: object, name: LongName): LongText | undefined {
  return carried.get(holder)?.get(name)
}

/** Gives an object the long text that a member of another one is, as its own of this name; where it is none, nothing. */
export function carryLongText<Target extends object>(
  from: object,
  name: LongName,
  to: Target,
  as: LongName = name,
): Target {
  const text = longTextOf(from, name)
  if (text) place(to, as, text)
  return to
}

function place(holder: object, name: LongName, text: LongText): void {
  const texts = carried.get(holder) ?? new Map<string, LongText>()
  texts.set(name, text)
  carried.set(holder, texts)
  Object.defineProperty(holder, name, accessors[name])
}

/** What stands for a text in a document; nobody else can know it. */
const mark = lazy(() => randomHex(12))
const marks = lazy(() => new RegExp(`"${mark()}-(\\d+)"`))
const quote = 0x22
const backslash = 0x5c
const letterU = 0x75
const colon = 0x3a
const space = 0x20

/**
 * Parses a JSON document in the pieces in which it came. Throws as `JSON.parse` does, or what `inspect` throws, which sees
 * the document before its long texts are in their places.
 */
export function parseWithLongTexts(pieces: readonly Buffer[], inspect: (value: unknown) => void = () => {}): unknown {
  const { shell, texts } = takeLongTexts(pieces)
  const value: unknown = JSON.parse(joinChunks(shell).toString('utf8'))
  inspect(value)
  return texts.length === 0 ? value : restore(value, texts)
}

/** The document with a mark for each long text. */
function takeLongTexts(pieces: readonly Buffer[]): { shell: readonly Buffer[]; texts: LongText[] } {
  const texts: LongText[] = []
  if (pieces.reduce((sum, { length }) => sum + length, 0) < longDocument) return { shell: pieces, texts }
  const bytes = new PiecedBytes(pieces)
  const shell: Buffer[] = []
  let from = 0
  for (const { start, end } of findLongTexts(bytes)) {
    shell.push(...bytes.slice(from, start), Buffer.from(`"${mark()}-${texts.length}"`))
    texts.push(new LongText(bytes.slice(start, end)))
    from = end
  }
  shell.push(...bytes.slice(from, bytes.length))
  return { shell, texts }
}

/** Puts the texts into their places. */
function restore(value: unknown, texts: readonly LongText[]): unknown {
  if (typeof value === 'string') return textFor(value, texts)?.text ?? value
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) value[index] = restore(item, texts)
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      const text = typeof item === 'string' ? textFor(item, texts) : undefined
      if (!text) restore(item, texts)
      else if (isLongName(name)) place(value, name, text)
      else Reflect.set(value, name, text.text)
    }
  }
  return value
}

function isLongName(name: string): name is LongName {
  return Object.hasOwn(accessors, name)
}

function textFor(value: string, texts: readonly LongText[]): LongText | undefined {
  return value.startsWith(mark()) ? texts[Number(value.slice(mark().length + 1))] : undefined
}

/** As `JSON.stringify`, with the long texts that objects hold as the literals in which they came: in pieces then. */
export function writeWithLongTexts(value: unknown): string | readonly Buffer[] {
  const literals: (readonly Buffer[])[] = []
  written = literals
  let shell: string
  try {
    shell = JSON.stringify(value)
  } finally {
    written = undefined
  }
  if (literals.length === 0) return shell
  return shell
    .split(marks())
    .flatMap((part, index) => (index % 2 === 0 ? Buffer.from(part) : (literals[Number(part)] ?? [])))
}

interface Place {
  start: number
  end: number
}

/** Where long string literals stand that are values and no names. Anything for what is no JSON. */
function findLongTexts(bytes: PiecedBytes): Place[] {
  const found: Place[] = []
  for (let start = bytes.indexOf(quote, 0); start >= 0; ) {
    const last = bytes.indexOfUnescaped(quote, backslash, start + 1)
    if (last < 0) break
    const end = last + 1
    if (end - start >= longText && !isName(bytes, end)) found.push({ start, end })
    start = bytes.indexOf(quote, end)
  }
  return found
}

function isName(bytes: PiecedBytes, end: number): boolean {
  let at = end
  while ((bytes.at(at) ?? colon) <= space) at += 1
  return bytes.at(at) === colon
}
