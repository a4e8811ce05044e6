import { describe, expect, test } from 'vitest'
import { noLongTexts, parseWithLongTexts, writeWithLongTexts } from './long-texts.ts'

/** With everything that JSON escapes, and characters of one to four bytes. */
const long = 'Grüße "aus" 東京 \\ 🧪\n\t\u0001'.repeat(4_000)
const other = `${long}.`

function parse(text: string) {
  return parseWithLongTexts(Buffer.from(text))
}

describe('a document with long texts', () => {
  test.each([
    ['as a value', { model: 'm', messages: [{ role: 'user', content: long }] }],
    ['twice', [long, long, { content: [{ text: long }] }]],
    ['several', { a: long, b: other, c: 'short', d: [1, null, true, 'x'] }],
    ['as a name', { [long]: 1, b: long }],
    ['alone', long],
    ['none', { a: 'x'.repeat(100), b: [] }],
  ])('reads as JSON.parse does: %s', (_where, value) => {
    for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2), ` ${JSON.stringify(value)}\n`]) {
      expect(parse(text).value).toEqual(JSON.parse(text))
    }
  })

  test('a long name before white space stays a name', () => {
    const text = JSON.stringify({ [long]: other }).replace('":"', '" \n:"')
    expect(parse(text).value).toEqual({ [long]: other })
  })

  test('a text goes into another document as the bytes in which it came', () => {
    const literal = `"${'\\u0041\\/é'.repeat(10_000)}"`
    const { value, longTexts } = parse(`{"content":${literal}}`)
    expect(value).toEqual({ content: 'A/é'.repeat(10_000) })
    const written = writeWithLongTexts({ user: 'ada', message: value, again: value, short: 'x' }, longTexts)
    expect(written.toString()).toBe(
      `{"user":"ada","message":{"content":${literal}},"again":{"content":${literal}},"short":"x"}`,
    )
  })

  test('a text that was changed is written anew', () => {
    const { longTexts } = parse(JSON.stringify({ long }))
    expect(JSON.parse(writeWithLongTexts({ a: other, b: long }, longTexts).toString())).toEqual({ a: other, b: long })
  })

  test('without long texts the document is JSON.stringify', () => {
    expect(writeWithLongTexts({ a: [undefined, 'x'], b: undefined }, noLongTexts)).toBe('{"a":[null,"x"]}')
  })

  test.each([
    ['a text without its end', `{"a":"${'x'.repeat(100_000)}`],
    ['a text with a control character', `{"a":"${'x\n'.repeat(50_000)}"}`],
    ['a text with an unknown escape', `{"a":"${'\\x'.repeat(50_000)}"}`],
    ['no comma behind a text', `{"a":"${'x'.repeat(100_000)}" "b":1}`],
    ['a backslash at the end', `{"a":"${'x'.repeat(100_000)}\\`],
  ])('is refused as JSON.parse does: %s', (_what, text) => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError)
    expect(() => parse(text)).toThrow(SyntaxError)
  })
})
