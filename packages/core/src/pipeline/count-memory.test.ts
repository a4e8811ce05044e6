import { expect, test } from 'vitest'
import { createCountMemory } from './count-memory.ts'

test('counts a text once while it is remembered, and forgets the half that was not asked for lately', () => {
  const counted: string[] = []
  const memory = createCountMemory(12)
  const count = (text: string) =>
    memory.of(text, (asked) => {
      counted.push(asked)
      return asked.length
    })
  expect(['aaa', 'bbb', 'aaa'].map(count)).toEqual([3, 3, 3])
  expect(counted).toEqual(['aaa', 'bbb'])
  // Nine characters: the two become the older half, of which `aaa` is asked for once more.
  expect(['ccc', 'aaa'].map(count)).toEqual([3, 3])
  // And now the older half is `ccc` and `aaa`: `bbb` is gone.
  expect(['ddd', 'aaa', 'bbb'].map(count)).toEqual([3, 3, 3])
  expect(counted).toEqual(['aaa', 'bbb', 'ccc', 'ddd', 'bbb'])
})

test('a text that would not leave room for others is counted and not kept', () => {
  let times = 0
  const memory = createCountMemory(2)
  const count = () =>
    memory.of('long', () => {
      times += 1
      return 1
    })
  expect([count(), count(), times]).toEqual([1, 1, 2])
})
