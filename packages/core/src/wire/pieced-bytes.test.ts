import { describe, expect, test } from 'vitest'
import { byByte, everySplit } from '../testing/every-split.ts'
import { PiecedBytes } from './pieced-bytes.ts'

const text = 'Grüße, 東京 🧪, "a\\"b"'
const whole = Buffer.from(text)
const cuts = [[whole], byByte(whole), ...everySplit(whole)]

describe('bytes in pieces are read as if they were one', () => {
  test.each(cuts.map((pieces) => [pieces.map(({ length }) => length).join('+'), pieces] as const))(
    '%s',
    (_name, pieces) => {
      const bytes = new PiecedBytes(pieces)
      expect(bytes.length).toBe(whole.length)
      for (let from = 0; from <= whole.length; from += 1) {
        expect(bytes.at(from)).toBe(whole[from])
        for (const byte of Buffer.from('"ü🧪x')) expect(bytes.indexOf(byte, from)).toBe(whole.indexOf(byte, from))
        const end = Math.min(from + 7, whole.length)
        expect(Buffer.concat(bytes.slice(from, end))).toEqual(whole.subarray(from, end))
      }
      expect(Buffer.concat(bytes.slice(0, whole.length + 9))).toEqual(whole)
      expect(bytes.at(0)).toBe(whole[0])
    },
  )

  test.each(['\\\\"a\\"\\\\\\"b\\\\\\\\"c"', '"', '\\"', '\\\\\\', 'abc'])(
    'a byte that is not escaped is found: %s',
    (escaped) => {
      const bytes = Buffer.from(escaped)
      const expected = Array.from(bytes, (_byte, from) => firstUnescaped(escaped, from))
      for (const pieces of [[bytes], byByte(bytes), ...(bytes.length > 1 ? everySplit(bytes) : [])]) {
        const pieced = new PiecedBytes(pieces)
        expect(expected.map((_at, from) => pieced.indexOfUnescaped(0x22, 0x5c, from))).toEqual(expected)
      }
    },
  )

  test('nothing', () => {
    const bytes = new PiecedBytes([])
    expect([bytes.length, bytes.at(0), bytes.indexOf(1, 0), bytes.slice(0, 5)]).toEqual([0, undefined, -1, []])
  })
})

/** By a scan from the beginning. */
function firstUnescaped(text: string, from: number): number {
  let escaped = false
  for (const [at, character] of [...text].entries()) {
    if (character === '"' && !escaped && at >= from) return at
    escaped = character === '\\' && !escaped
  }
  return -1
}
