import { expect, test } from 'vitest'
import { configSchema } from './schema.ts'
import { workerCount } from './worker-count.ts'

test('as many as are configured, or as there are cores; none without a connection', () => {
  const count = (input: object): number => workerCount(configSchema.parse(input), () => 6)
  expect(count({})).toBe(1)
  expect(count({ workers: 4 })).toBe(4)
  expect(count({ workers: 'auto' })).toBe(6)
  expect(count({ workers: 'auto', limits: { connections: 3 } })).toBe(3)
  expect(count({ workers: 4, limits: { upstream_connections: 1 } })).toBe(1)
})
