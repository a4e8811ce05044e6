import { expect, test } from 'vitest'
import { bytesOf, latin1Of } from './text-or-bytes.ts'

test.each(['', 'plain', 'Grüße', '東京 🧪', '\u0000\u007f\u0080\u00ff', '\ud800'])(
  '%j, a character for each byte',
  (text) => {
    const bytes = Buffer.from(text)
    expect(Buffer.from(latin1Of(text), 'latin1')).toEqual(bytes)
    expect(latin1Of(bytes)).toBe(latin1Of(text))
  },
)

test('bytes stay the same bytes, a text becomes UTF-8', () => {
  const bytes = Buffer.from('λ')
  expect(bytesOf(bytes)).toBe(bytes)
  expect(bytesOf('λ')).toEqual(bytes)
})
