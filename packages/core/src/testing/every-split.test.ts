import { describe, expect, test } from 'vitest'
import { byByte, everySplit } from './every-split.ts'

describe('everySplit', () => {
  test('gives every two-part split, also inside a character', () => {
    const splits = [...everySplit('aé!')].map(([first, second]) => [first.toString('hex'), second.toString('hex')])
    expect(splits).toEqual([
      ['61', 'c3a921'],
      ['61c3', 'a921'],
      ['61c3a9', '21'],
    ])
  })

  test('takes bytes as they are', () => {
    expect([...everySplit(Uint8Array.of(0xff, 0xfe))]).toEqual([[Buffer.of(0xff), Buffer.of(0xfe)]])
  })

  test('refuses what has no split', () => {
    expect(() => [...everySplit('a')]).toThrow(RangeError)
    expect(() => [...everySplit('')]).toThrow(RangeError)
  })
})

describe('byByte', () => {
  test('gives one chunk for each byte', () => {
    expect(byByte('aé')).toEqual([Buffer.of(0x61), Buffer.of(0xc3), Buffer.of(0xa9)])
  })

  test('refuses nothing', () => {
    expect(() => byByte('')).toThrow(RangeError)
  })
})
