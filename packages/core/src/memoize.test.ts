import { expect, test } from 'vitest'
import { memoize } from './memoize.ts'

test('computes once while the text is remembered, and forgets the half that was not asked for lately', () => {
  const computed: string[] = []
  const lengthOf = memoize(12, (text) => {
    computed.push(text)
    return text.length
  })
  expect(['aaa', 'bbb', 'aaa'].map(lengthOf)).toEqual([3, 3, 3])
  expect(computed).toEqual(['aaa', 'bbb'])
  // Nine characters: the two become the older half, of which `aaa` is asked for once more.
  expect(['ccc', 'aaa'].map(lengthOf)).toEqual([3, 3])
  // And now the older half is `ccc` and `aaa`: `bbb` is gone.
  expect(['ddd', 'aaa', 'bbb'].map(lengthOf)).toEqual([3, 3, 3])
  expect(computed).toEqual(['aaa', 'bbb', 'ccc', 'ddd', 'bbb'])
})

test('what is computed for a text that would not leave room for others is not kept', () => {
  let times = 0
  const counted = memoize(2, () => {
    times += 1
    return 1
  })
  expect([counted('long'), counted('long'), times]).toEqual([1, 1, 2])
})
