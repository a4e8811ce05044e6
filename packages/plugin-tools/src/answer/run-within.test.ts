import { expect, test } from 'vitest'
import { runWithin } from './run-within.ts'

test('gives what the function gives, and throws what it throws', () => {
  const value = { of: 'the function' }
  expect(runWithin(1_000, () => value)).toBe(value)
  const fault = new RangeError('too deep')
  expect(() =>
    runWithin(1_000, () => {
      throw fault
    }),
  ).toThrow(fault)
})

test.each<[string, () => unknown]>([
  [
    'a loop',
    () => {
      for (;;);
    },
  ],
  ['a regular expression', () => /^(a+)+$/.test(`${'a'.repeat(40)}!`)],
  ['a regular expression of Unicode', () => /^(\p{L}+)+$/u.test(`${'a'.repeat(40)}!`)],
  ['a regular expression that takes quadratic time', () => /\s+$/.test(`${' '.repeat(1_000_000)}!`)],
])('stops %s', (_what, run) => {
  const started = performance.now()
  expect(() => runWithin(20, run)).toThrow('stopped after 20 ms')
  expect(performance.now() - started).toBeLessThan(2_000)
  expect(runWithin(1_000, () => 'as before')).toBe('as before')
})

test('runs the function again where the time was lost to something else', () => {
  const nothing = new Int32Array(new SharedArrayBuffer(4))
  let runs = 0
  const run = () => {
    runs += 1
    if (runs < 3) Atomics.wait(nothing, 0, 0, 500)
    return 'done'
  }
  expect(runWithin(100, run)).toBe('done')
  expect(runs).toBe(3)
})
