import { expect, test } from 'vitest'
import { closest, didYouMean } from './did-you-mean.ts'

test('the most like candidate wins, whatever its case and place', () => {
  expect(closest('Tiemouts', ['verbose', 'timeouts', 'total'])).toBe('timeouts')
  expect(didYouMean('prot', ['host', 'port'])).toBe(', did you mean "port"?')
})

test('a word that is like nothing gets no hint', () => {
  expect(closest('colour', ['port', 'host', 'user'])).toBeUndefined()
  expect(closest('x', ['user'])).toBeUndefined()
  expect(didYouMean('colour', [])).toBe('')
})
