import { describe, expect, test } from 'vitest'
import { carryLongText, LongText, longTextOf, parseWithLongTexts, writeWithLongTexts } from './long-texts.ts'

/** With everything that JSON escapes, and characters of one to four bytes. */
const long = 'Grüße "aus" 東京 \\ 🧪\n\t\u0001'.repeat(4_000)
const other = `${long}.`

const parse = (text: string): unknown => parseWithLongTexts([Buffer.from(text)])

/** The pieces as they go over the wire. */
function write(value: unknown): string {
  const written = writeWithLongTexts(value)
  return typeof written === 'string' ? written : Buffer.concat(written).toString()
}

/** The object itself: a copy would have looked at its texts. */
function objectOf(text: string): object {
  const value = parse(text)
  if (typeof value !== 'object' || value === null) throw new Error('no object')
  return value
}

describe('a document with long texts', () => {
  test.each([
    ['as a value', { model: 'm', messages: [{ role: 'user', content: long }] }],
    ['twice', [long, long, { content: [{ text: long }] }]],
    ['several', { a: long, b: other, c: 'short', d: [1, null, true, 'x'] }],
    ['under all names that are read late', { content: long, text: other, url: long, input: other }],
    ['as a name', { [long]: 1, b: long }],
    ['alone', long],
    ['none', { a: 'x'.repeat(100), b: [] }],
  ])('reads as JSON.parse does: %s', (_where, value) => {
    for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2), ` ${JSON.stringify(value)}\n`]) {
      expect(parse(text)).toEqual(JSON.parse(text))
      expect(JSON.stringify(parse(text))).toBe(JSON.stringify(JSON.parse(text)))
    }
  })

  test('a long name before white space stays a name', () => {
    const text = JSON.stringify({ [long]: other }).replace('":"', '" \n:"')
    expect(parse(text)).toEqual({ [long]: other })
  })

  test('a text that nobody looks at goes into another document as the bytes in which it came', () => {
    const literal = `"${'\\u0041\\/é'.repeat(10_000)}"`
    const value = objectOf(`{"content":${literal}}`)
    const written = write({ user: 'ada', message: value, again: value, short: 'x' })
    expect(written).toBe(`{"user":"ada","message":{"content":${literal}},"again":{"content":${literal}},"short":"x"}`)
    expect(write({ moved: longTextOf(value, 'content') })).toBe(`{"moved":${literal}}`)
    expect(JSON.stringify({ moved: longTextOf(value, 'content') })).toBe(`{"moved":"${'A/é'.repeat(10_000)}"}`)
    expect(value).toEqual({ content: 'A/é'.repeat(10_000) })
  })

  test('a text is carried to another object, and copied with its object as what it says', () => {
    const from = objectOf(JSON.stringify({ content: long, text: 'short' }))
    const to = carryLongText(from, 'content', { content: '', role: 'user' })
    expect(longTextOf(to, 'content')).toBe(longTextOf(from, 'content'))
    expect(carryLongText(from, 'content', { url: '' }, 'url')).toEqual({ url: long })
    expect(carryLongText(from, 'text', { text: 'own' })).toEqual({ text: 'own' })
    const copy = { ...to, name: 'Ada' }
    expect(copy).toEqual({ content: long, role: 'user', name: 'Ada' })
    expect(longTextOf(copy, 'content')).toBeUndefined()
    expect(structuredClone(to)).toEqual({ content: long, role: 'user' })
  })

  test('a text that was looked at is a text like any other, also of a frozen object', () => {
    const value = objectOf(JSON.stringify({ content: long, text: other }))
    const descriptor = (): PropertyDescriptor | undefined => Object.getOwnPropertyDescriptor(value, 'content')
    expect(descriptor()?.get).toBeTypeOf('function')
    expect({ ...value }).toEqual({ content: long, text: other })
    expect(descriptor()).toEqual({ value: long, enumerable: true, configurable: true, writable: true })
    expect(longTextOf(value, 'content')).toBeUndefined()
    const frozen = Object.freeze(objectOf(JSON.stringify({ content: long })))
    expect(frozen).toEqual({ content: long })
    expect(frozen).toEqual({ content: long })
  })

  test('a text that was changed is written anew', () => {
    const value = objectOf(JSON.stringify({ content: long, text: long }))
    expect(Reflect.set(value, 'content', 'short')).toBe(true)
    expect(longTextOf(value, 'content')).toBeUndefined()
    expect(JSON.parse(write(value))).toEqual({ content: 'short', text: long })
    expect(Reflect.set(value, 'content', 'shorter')).toBe(true)
    expect(value).toEqual({ content: 'shorter', text: long })
  })

  test('without long texts the document is JSON.stringify', () => {
    expect(writeWithLongTexts({ a: [undefined, 'x'], b: undefined })).toBe('{"a":[null,"x"]}')
  })

  test('what fails while it is written leaves nothing behind', () => {
    const value = objectOf(JSON.stringify({ content: long }))
    expect(() => writeWithLongTexts({ value, bad: 1n })).toThrow(TypeError)
    expect(JSON.stringify(value)).toBe(JSON.stringify({ content: long }))
  })

  test('is inspected before its texts are there, and refused by whoever inspects it', () => {
    const inspect = (value: unknown): void => {
      expect(JSON.stringify(value).length).toBeLessThan(200)
      throw new RangeError('refused')
    }
    expect(() => parseWithLongTexts([Buffer.from(JSON.stringify({ content: long }))], inspect)).toThrow(RangeError)
  })

  test.each([
    ['a text without its end', `{"a":"${'x'.repeat(100_000)}`],
    ['no comma behind a text', `{"a":"${'x'.repeat(100_000)}" "b":1}`],
    ['a backslash at the end', `{"a":"${'x'.repeat(100_000)}\\`],
  ])('is refused as JSON.parse does: %s', (_what, text) => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError)
    expect(() => parse(text)).toThrow(SyntaxError)
  })
})

test('a document in pieces reads and is written as the whole, wherever it was cut', () => {
  const value = { model: 'm', messages: [{ role: 'user', content: `\\"é"\\`.repeat(7) + long }], after: [1] }
  const text = JSON.stringify(value)
  const bytes = Buffer.from(text)
  const around = [0, bytes.indexOf('content'), bytes.indexOf('after')]
  for (const at of around.flatMap((place) =>
    Array.from({ length: 60 }, (_, index) => Math.max(1, place - 30 + index)),
  )) {
    const pieces = [bytes.subarray(0, at), bytes.subarray(at, at + 5), bytes.subarray(at + 5)]
    expect(write(parseWithLongTexts(pieces))).toBe(text)
    expect(parseWithLongTexts(pieces)).toEqual(value)
  }
})

describe('a long text that is no JSON', () => {
  test.each([
    ['a control character', 'x\n'.repeat(50_000)],
    ['an unknown escape', '\\x'.repeat(50_000)],
    ['half an escape', `${'x'.repeat(100_000)}\\u12`],
  ])('is refused by who looks at it, and left to the upstream by who does not: %s', (_what, text) => {
    const document = `{"content":"${text}"}`
    expect(() => JSON.parse(document)).toThrow(SyntaxError)
    const value = objectOf(document)
    expect(() => ({ ...value })).toThrow(expect.objectContaining({ status: 400, code: 'invalid_json' }))
    expect(write(value)).toBe(document)
    expect(longTextOf(value, 'content')?.beginning(100).text.length).toBeGreaterThan(90)
    // Under any other name it is looked at at once.
    expect(() => parse(`{"a":"${text}"}`)).toThrow(expect.objectContaining({ status: 400, code: 'invalid_json' }))
  })
})

describe('the beginning of a long text', () => {
  test.each([
    ['ASCII', 'plain words '.repeat(20)],
    ['characters of many bytes', 'ü東🧪'.repeat(40)],
    ['escape sequences', '\n"\\\t\u0001'.repeat(60)],
    ['escaped backslashes', '\\\\\\\\n'.repeat(50)],
  ])('ends at a whole character wherever it is cut: %s', (_what, text) => {
    const written = JSON.stringify(text)
    const escaped = written.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    for (const literal of [written, escaped].map((one) => Buffer.from(one))) {
      const whole = new LongText([literal])
      expect(whole.text).toBe(text)
      for (let length = 1; length <= literal.length + 5; length += 1) {
        const { text: beginning, share } = whole.beginning(length)
        expect(text.startsWith(beginning)).toBe(true)
        expect(beginning.isWellFormed()).toBe(true)
        expect(share).toBeLessThanOrEqual(1)
        // No more is missing than the quote and the longest escape sequence.
        expect(share * (literal.length - 2)).toBeGreaterThanOrEqual(Math.min(length, literal.length - 1) - 8)
      }
    }
  })
})
