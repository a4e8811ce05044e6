import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { within } from './within.ts'

test('what comes in time counts; what is late or fails does not', async () => {
  expect(await within(1_000, Promise.resolve(1), 'late')).toBe(1)
  expect(await within(5, pause(200, 1), 'late')).toBe('late')
  expect(await within(1_000, Promise.reject(new Error('no')), 'late')).toBe('late')
})
