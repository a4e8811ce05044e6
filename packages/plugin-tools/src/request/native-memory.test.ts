import { expect, test } from 'vitest'
import { createNativeMemory } from './native-memory.ts'

test('a refusal is remembered for a while', () => {
  let now = 0
  const memory = createNativeMemory(1_000, () => now)
  memory.remember('model')
  expect([memory.refused('model'), memory.refused('other')]).toEqual([true, false])
  now = 999
  expect(memory.refused('model')).toBe(true)
  now = 1_000
  expect(memory.refused('model')).toBe(false)
})

test('however many names clients send, the last thousand are kept', () => {
  const memory = createNativeMemory(1_000, () => 0)
  const names = Array.from({ length: 1_500 }, (_each, index) => `model-${index}`)
  for (const name of names) memory.remember(name)
  expect(names.filter((name) => memory.refused(name))).toEqual(names.slice(500))
})

test('a model that refuses again is remembered as the latest', () => {
  const memory = createNativeMemory(1_000, () => 0)
  memory.remember('first')
  for (let index = 0; index < 999; index += 1) memory.remember(`model-${index}`)
  memory.remember('first')
  memory.remember('one more')
  expect([memory.refused('first'), memory.refused('model-0')]).toEqual([true, false])
})
