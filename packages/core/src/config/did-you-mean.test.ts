import { describe, expect, test } from 'vitest'
import { closest, didYouMean, editDistance } from './did-you-mean.ts'

describe('the distance of two words', () => {
  test.each([
    ['port', 'port', 0],
    ['prot', 'port', 1],
    ['pot', 'port', 1],
    ['porrt', 'port', 1],
    ['part', 'port', 1],
    ['', 'port', 4],
    ['port', '', 4],
    ['base_ulr', 'base_url', 1],
    ['kitten', 'sitting', 3],
  ])('%s and %s: %d', (left, right, expected) => expect(editDistance(left, right)).toBe(expected))
})

test('the most like candidate wins, whatever its case and place', () => {
  expect(closest('Tiemouts', ['verbose', 'timeouts', 'total'])).toBe('timeouts')
  expect(didYouMean('prot', ['host', 'port'])).toBe(', did you mean "port"?')
})

test('a word that is like nothing gets no hint', () => {
  expect(closest('colour', ['port', 'host', 'user'])).toBeUndefined()
  expect(closest('x', ['user'])).toBeUndefined()
  expect(didYouMean('colour', [])).toBe('')
})
