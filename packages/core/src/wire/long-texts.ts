import { proxyError } from '../errors.ts'
import { onceNeeded } from '../on-demand.ts'
import { newId } from './ids.ts'

/**
 * A long text of a JSON document, as the literal in which it came: it is made a string when somebody looks at it, and goes
 * into another document as it stands. To parse a prompt of a megabyte, to write it and to encode it anew takes several times
 * as long as to forward it. Whether it is a JSON string is seen by who makes a string of it: here, or upstream.
 */
export class LongText {
  /** With its quotes, none of which stands within it. */
  readonly literal: Buffer

  constructor(literal: Buffer) {
    this.literal = literal
  }

  /** Throws a ProxyError (400) where it is no JSON string. */
  get text(): string {
    const text = parseString(this.literal.toString('utf8'))
    if (text !== undefined) return text
    const message = "The request's body is not JSON: a text in it holds a bad escape or control character."
    throw proxyError('invalid_json', message)
  }

  toString(): string {
    return this.text
  }

  /** In a document that `writeWithLongTexts` writes, the literal; in any other the text. */
  toJSON(): string {
    return written ? `${mark()}-${written.push(this.literal) - 1}` : this.text
  }

  /**
   * What the first `length` bytes of the literal say, as far as they are whole, and which share of it they are. What is no
   * JSON stands for itself.
   */
  beginning(length: number): { text: string; share: number } {
    const { literal } = this
    const last = Math.min(length, literal.length - 1)
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
    return { text: text.isWellFormed() ? text : text.slice(0, -1), share: (end - 1) / (literal.length - 2) }
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
let written: Buffer[] | undefined

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
const mark = onceNeeded(() => newId('call_'))
const marks = onceNeeded(() => new RegExp(`"${mark()}-(\\d+)"`))
const quote = 0x22
const backslash = 0x5c
const letterU = 0x75
const colon = 0x3a
const space = 0x20

/**
 * Parses a JSON document. Throws as `JSON.parse` does, or what `inspect` throws, which sees the document before its long
 * texts are in their places.
 */
export function parseWithLongTexts(bytes: Buffer, inspect: (value: unknown) => void = () => {}): unknown {
  const texts = bytes.length < longDocument ? [] : findLongTexts(bytes)
  let shell = ''
  let from = 0
  for (const [index, { start, end }] of texts.entries()) {
    shell += `${bytes.toString('utf8', from, start)}"${mark()}-${index}"`
    from = end
  }
  const value: unknown = JSON.parse(shell + bytes.toString('utf8', from))
  inspect(value)
  if (texts.length === 0) return value
  return restore(
    value,
    texts.map(({ start, end }) => new LongText(bytes.subarray(start, end))),
  )
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
  const literals: Buffer[] = []
  written = literals
  let shell: string
  try {
    shell = JSON.stringify(value)
  } finally {
    written = undefined
  }
  if (literals.length === 0) return shell
  const parts = shell
    .split(marks())
    .map((part, index) => (index % 2 === 0 ? Buffer.from(part) : literals[Number(part)]))
  return parts.filter((part) => part !== undefined)
}

interface Place {
  start: number
  end: number
}

/** Where long string literals stand that are values and no names. Anything for what is no JSON. */
function findLongTexts(bytes: Buffer): Place[] {
  const found: Place[] = []
  for (let start = bytes.indexOf(quote); start >= 0; ) {
    const last = closingQuote(bytes, start)
    if (last < 0) break
    const end = last + 1
    if (end - start >= longText && !isName(bytes, end)) found.push({ start, end })
    start = bytes.indexOf(quote, end)
  }
  return found
}

function isName(bytes: Buffer, end: number): boolean {
  let at = end
  while ((bytes[at] ?? colon) <= space) at += 1
  return bytes[at] === colon
}

function closingQuote(bytes: Buffer, start: number): number {
  for (let at = bytes.indexOf(quote, start + 1); at >= 0; at = bytes.indexOf(quote, at + 1)) {
    let escapes = 0
    while (bytes[at - 1 - escapes] === backslash) escapes += 1
    if (escapes % 2 === 0) return at
  }
  return -1
}
