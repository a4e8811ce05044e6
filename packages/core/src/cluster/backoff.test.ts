import { expect, test } from 'vitest'
import { createBackoff } from './backoff.ts'

test('the wait doubles up to the most, and begins anew after a calm life', () => {
  const backoff = createBackoff({ first: 100, most: 500, calm: 1_000 })
  expect([0, 10, 999, 0].map(backoff.next)).toEqual([100, 200, 400, 500])
  expect([1_000, 0].map(backoff.next)).toEqual([100, 200])
  backoff.reset()
  expect(backoff.next(0)).toBe(100)
})
