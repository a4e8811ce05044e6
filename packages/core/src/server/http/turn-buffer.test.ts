import { describe, expect, test } from 'vitest'
import { framedBytes, TurnBuffer } from './turn-buffer.ts'

const bytes = (text: string): string => Buffer.from(text, 'latin1').toString('utf8')

describe('a turn buffer', () => {
  test('gives texts and bytes as one chunk, in order', () => {
    const buffer = new TurnBuffer()
    expect(buffer.isEmpty).toBe(true)
    for (const part of ['Grüße ', Buffer.from('aus 東京'), '', ' 🧪']) expect(buffer.add(part)).toBe(true)
    expect(buffer.isEmpty).toBe(false)
    expect(bytes(buffer.take(true))).toBe('17\r\nGrüße aus 東京 🧪\r\n')
    expect(buffer.isEmpty).toBe(true)
    buffer.add('x')
    expect(buffer.take(false)).toBe('x')
    expect(buffer.take(true)).toBe('')
  })

  test('every byte stays what it is', () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    const buffer = new TurnBuffer()
    buffer.add(all)
    expect(Buffer.from(buffer.take(false), 'latin1')).toEqual(all)
    expect(framedBytes(all, false)).toEqual(all)
    expect(framedBytes(all, true)).toEqual(Buffer.concat([Buffer.from('100\r\n'), all, Buffer.from('\r\n')]))
  })

  test('several that are filled at the same time do not disturb each other', () => {
    const buffers = ['a', 'b', 'c'].map((letter) => ({ letter, buffer: new TurnBuffer() }))
    for (let turn = 0; turn < 3; turn += 1) for (const { letter, buffer } of buffers) buffer.add(letter)
    expect(buffers.map(({ buffer }) => buffer.take(false))).toEqual(['aaa', 'bbb', 'ccc'])
  })

  test('what is forgotten is not given', () => {
    const buffer = new TurnBuffer()
    buffer.add('x')
    buffer.forget()
    expect(buffer.isEmpty).toBe(true)
    buffer.add('y')
    expect(buffer.take(false)).toBe('y')
  })

  test('tells when it has enough, and takes nothing that does not fit', () => {
    const buffer = new TurnBuffer()
    buffer.add('x'.repeat(30_000))
    expect(buffer.isFull).toBe(false)
    buffer.add(Buffer.alloc(40_000))
    expect(buffer.isFull).toBe(true)
    const wide = '東'.repeat(40_000)
    expect(buffer.add(wide)).toBe(false)
    expect(buffer.take(false)).toHaveLength(70_000)
    expect(buffer.add(wide)).toBe(true)
    expect(buffer.take(false)).toHaveLength(120_000)
    expect(buffer.add(`${wide}${wide}`)).toBe(false)
    expect(framedBytes(`${wide}${wide}`, true).toString()).toBe(`3a980\r\n${wide}${wide}\r\n`)
  })
})
