import { expect, test } from 'vitest'
import { configSchema } from '../config/schema.ts'
import { fixedKeys, withFixedKeys } from './fixed-keys.ts'

const start = configSchema.parse({})
const next = configSchema.parse({
  host: 'h',
  port: 1,
  workers: 'auto',
  real_stream: false,
  limits: { headers: 2, connections: 3, exchanges: 4 },
  timeouts: { request_headers: 5, request: 6, idle: 7 },
})

test('what is named as fixed is what stays', () => {
  const names = ['host', 'port', 'workers', 'limits.headers', 'limits.connections']
  expect(fixedKeys(start, next)).toEqual([...names, 'timeouts.request_headers', 'timeouts.request'])
  const kept = withFixedKeys(next, start)
  expect(fixedKeys(start, kept)).toEqual([])
  expect([kept.real_stream, kept.limits.exchanges, kept.timeouts.idle]).toEqual([false, 4, 7])
})
