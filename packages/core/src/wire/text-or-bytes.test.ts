import { expect, test } from 'vitest'
import { bytesOf, latin1Of, textOfLatin1 } from './text-or-bytes.ts'

const texts = ['', 'plain', 'Grüße', '東京 🧪', '\u0000\u007f\u0080\u00ff', '\ud800']

test.each(texts)('%j, a character for each byte', (text) => {
  // One fits into the memory that is there already, the other does not.
  for (const whole of [text, text.repeat(5_000)]) {
    const bytes = Buffer.from(whole)
    expect(Buffer.from(latin1Of(whole), 'latin1')).toEqual(bytes)
    expect(latin1Of(bytes)).toBe(latin1Of(whole))
    expect(textOfLatin1(latin1Of(whole))).toBe(whole.toWellFormed())
    expect(bytesOf(whole)).toEqual(bytes)
  }
})

test('bytes stay the same bytes', () => {
  const bytes = Buffer.from('λ')
  expect(bytesOf(bytes)).toBe(bytes)
})

test('what was made stays what it is', () => {
  const made = texts.map((text) => ({ text, latin1: latin1Of(text), bytes: bytesOf(text) }))
  for (const { text, latin1, bytes } of made) {
    expect(Buffer.from(latin1, 'latin1')).toEqual(Buffer.from(text))
    expect(bytes).toEqual(Buffer.from(text))
  }
})
