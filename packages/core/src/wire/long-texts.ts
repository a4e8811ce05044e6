import { newId } from './ids.ts'

/**
 * The long texts of a JSON document, and the bytes in which each came, quotes and all. A prompt of a megabyte that goes
 * into another document goes as those bytes: to write it anew and to encode it costs three times what it took to read it.
 */
export type LongTexts = ReadonlyMap<string, Buffer>

export const noLongTexts: LongTexts = new Map()

/** Bytes of a document, and of a text in it, from which on this is worth the search. */
const longDocument = 64 * 1024
const longText = 8 * 1024

/** What stands for a text in a document; nobody else can know it. */
const mark = newId('call_')
const marks = new RegExp(`"${mark}-(\\d+)"`)
const quote = 0x22
const backslash = 0x5c
const colon = 0x3a
const space = 0x20

/** Parses a JSON document. Throws as `JSON.parse` does. */
export function parseWithLongTexts(bytes: Buffer): { value: unknown; longTexts: LongTexts } {
  const literals = bytes.length < longDocument ? [] : findLongLiterals(bytes)
  if (literals.length === 0) return { value: JSON.parse(bytes.toString('utf8')), longTexts: noLongTexts }
  const texts = new Map<string, Buffer>()
  const values: string[] = []
  let shell = ''
  let from = 0
  for (const [start, end] of literals) {
    const literal = bytes.subarray(start, end)
    const text: unknown = JSON.parse(literal.toString('utf8'))
    if (typeof text !== 'string') throw new SyntaxError('Unexpected token')
    shell += `${bytes.toString('utf8', from, start)}"${mark}-${values.length}"`
    values.push(text)
    texts.set(text, literal)
    from = end
  }
  const value: unknown = JSON.parse(shell + bytes.toString('utf8', from), (_key, item) => {
    const index = typeof item === 'string' && item.startsWith(mark) ? Number(item.slice(mark.length + 1)) : -1
    return values[index] ?? item
  })
  return { value, longTexts: texts }
}

/** As `JSON.stringify`, with the long texts of another document as they stood there. */
export function writeWithLongTexts(value: unknown, longTexts = noLongTexts): string | Buffer {
  if (longTexts.size === 0) return JSON.stringify(value)
  const literals: Buffer[] = []
  const shell = JSON.stringify(value, (_key, item) => {
    const literal = typeof item === 'string' && item.length >= longText / 4 ? longTexts.get(item) : undefined
    return literal ? `${mark}-${literals.push(literal) - 1}` : item
  })
  const parts = shell.split(marks).map((part, index) => (index % 2 === 0 ? Buffer.from(part) : literals[Number(part)]))
  return Buffer.concat(parts.filter((part) => part !== undefined))
}

/** Where long string literals stand that are values and no names. Anything for what is no JSON. */
function findLongLiterals(bytes: Buffer): [start: number, end: number][] {
  const found: [number, number][] = []
  for (let start = bytes.indexOf(quote); start >= 0; ) {
    const last = closingQuote(bytes, start)
    if (last < 0) break
    const end = last + 1
    if (end - start >= longText && !isName(bytes, end)) found.push([start, end])
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
