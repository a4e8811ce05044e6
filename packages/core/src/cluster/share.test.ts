import { expect, test } from 'vitest'
import { configSchema } from '../config/schema.ts'
import { shareOf, withShare } from './share.ts'

test.each([
  [10, 3],
  [9, 3],
  [2, 5],
  [1, 1],
])('the shares of %d among %d add up', (whole, workers) => {
  const shares = Array.from({ length: workers }, (_, index) => shareOf(whole, index, workers))
  expect(shares.reduce((sum, share) => sum + share)).toBe(whole)
  expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1)
})

test('a worker has its part of the limits, and the rest as it is', () => {
  const config = configSchema.parse({ limits: { connections: 5, upstream_connections: 1, body: 9 } })
  const own = withShare(config, { index: 1, workers: 2, exchanges: 7 })
  expect(own.limits).toMatchObject({ exchanges: 7, connections: 2, upstream_connections: 1, body: 9 })
  expect(config.limits.connections).toBe(5)
})
