import { expect, test } from 'vitest'
import { standTogether } from './standing.ts'

test('exchanges are added up, the worst circuit counts, and each broken stream stands once', () => {
  expect(
    standTogether([
      { exchanges: 2, circuit: 'closed', broken_streams: ['a', 'b'] },
      { exchanges: 3, circuit: 'half-open', broken_streams: ['b'] },
      { exchanges: 0, circuit: 'closed', broken_streams: [] },
    ]),
  ).toEqual({ exchanges: 5, circuit: 'half-open', broken_streams: ['a', 'b'] })
  expect(standTogether([{ exchanges: 0, circuit: 'off', broken_streams: [] }]).circuit).toBe('off')
})
