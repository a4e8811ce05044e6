import { expect, test } from 'vitest'
import { joinChunks } from './join-chunks.ts'

const buffers = (...texts: string[]) => texts.map((text) => Buffer.from(text))

test('several buffers are one, and a single one is itself', () => {
  const [only] = buffers('a')
  expect(joinChunks(only ? [only] : [])).toBe(only)
  expect(joinChunks(buffers('a', '', 'bc')).toString()).toBe('abc')
  expect(joinChunks([]).length).toBe(0)
})
