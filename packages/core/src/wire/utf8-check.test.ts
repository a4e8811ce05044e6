import { describe, expect, test } from 'vitest'
import { byByte, everySplit } from '../testing/every-split.ts'
import { Utf8Check } from './utf8-check.ts'

const whole = Buffer.from('Grüße, 東京 🧪, "a\\"b"')
const cuts = [[whole], byByte(whole), ...everySplit(whole)]

function holdsFor(pieces: readonly Uint8Array[]): boolean {
  const check = new Utf8Check()
  for (const piece of pieces) check.take(Buffer.from(piece))
  return check.holds
}

describe('UTF-8 in pieces', () => {
  test('is UTF-8, however it is cut', () => {
    for (const pieces of cuts) expect(holdsFor(pieces)).toBe(true)
  })

  test.each([
    ['a byte that begins nothing', [0x61, 0x80, 0x61]],
    ['half a character', [0x61, 0xc3]],
    ['half a character in the middle', [0xe6, 0x9d, 0x61]],
    ['three bytes of four', [0xf0, 0x9f, 0xa7]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a byte of no character', [0xff, 0x61]],
    ['too long a form', [0xc0, 0x80]],
  ])('%s is none', (_name, bytes) => {
    for (const pieces of [
      [Buffer.from(bytes)],
      byByte(Uint8Array.from(bytes)),
      ...everySplit(Uint8Array.from(bytes)),
    ]) {
      expect(holdsFor(pieces)).toBe(false)
    }
  })
})
