import { expect, test } from 'vitest'
import { combineStatuses } from './process-status.ts'

test('exchanges are added up, the worst circuit counts, and each broken stream stands once', () => {
  expect(
    combineStatuses([
      { exchanges: 2, circuit: 'closed', broken_streams: ['a', 'b'] },
      { exchanges: 3, circuit: 'half-open', broken_streams: ['b'] },
      { exchanges: 0, circuit: 'closed', broken_streams: [] },
    ]),
  ).toEqual({ exchanges: 5, circuit: 'half-open', broken_streams: ['a', 'b'] })
  expect(combineStatuses([{ exchanges: 0, circuit: 'off', broken_streams: [] }]).circuit).toBe('off')
})
