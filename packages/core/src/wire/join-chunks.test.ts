import { expect, test } from 'vitest'
import { joinChunks, useJoined } from './join-chunks.ts'

const buffers = (...texts: string[]) => texts.map((text) => Buffer.from(text))

test('several buffers are one, and a single one is itself', () => {
  const [only] = buffers('a')
  expect(joinChunks(only ? [only] : [])).toBe(only)
  expect(joinChunks(buffers('a', '', 'bc')).toString()).toBe('abc')
  expect(joinChunks([]).length).toBe(0)
})

test('what is joined for a while is the same, also within another, and where there is no room for it', () => {
  const long = 'x'.repeat(200_000)
  const seen = useJoined(buffers('a', 'b'), (outer) => {
    const inner = useJoined(buffers('c', 'd', 'e'), String)
    return [String(outer), inner]
  })
  expect(seen).toEqual(['ab', 'cde'])
  expect(useJoined(buffers(long, long), String)).toBe(long + long)
  expect(useJoined([], String)).toBe('')
  expect(() =>
    useJoined(buffers('a', 'b'), () => {
      throw new Error('a fault')
    }),
  ).toThrow('a fault')
  expect(useJoined(buffers('a', 'b'), String)).toBe('ab')
})
