import { expect, test } from 'vitest'
import { idLike, newId } from './ids.ts'

test('ids have their prefix and never repeat', () => {
  const ids = Array.from({ length: 10_000 }, () => newId('chatcmpl-'))
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) expect(id).toMatch(/^chatcmpl-[0-9a-f]{24}$/)
})

test('an upstream id is kept where it has the right form', () => {
  expect(idLike('chatcmpl-', 'chatcmpl-abc')).toBe('chatcmpl-abc')
  for (const other of ['', 'chatcmpl-', '019589c29a88', 'cmpl-abc']) {
    expect(idLike('chatcmpl-', other)).toMatch(/^chatcmpl-[0-9a-f]{24}$/)
  }
})
