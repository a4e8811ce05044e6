import { expect, test } from 'vitest'
import { createCountMemory } from './count-memory.ts'

test('counts a text once while it is remembered, and forgets the one that was not asked for longest', () => {
  const counted: string[] = []
  const memory = createCountMemory(8)
  const count = (text: string) =>
    memory.of(text, (asked) => {
      counted.push(asked)
      return asked.length
    })
  expect(['aaa', 'bbb', 'aaa'].map(count)).toEqual([3, 3, 3])
  expect(counted).toEqual(['aaa', 'bbb'])
  // Nine characters: `bbb` has to go.
  expect(['ccc', 'aaa', 'bbb'].map(count)).toEqual([3, 3, 3])
  expect(counted).toEqual(['aaa', 'bbb', 'ccc', 'bbb'])
})

test('a text beyond the limit is counted and not kept', () => {
  let times = 0
  const memory = createCountMemory(2)
  const count = () =>
    memory.of('long', () => {
      times += 1
      return 1
    })
  expect([count(), count(), times]).toEqual([1, 1, 2])
})
