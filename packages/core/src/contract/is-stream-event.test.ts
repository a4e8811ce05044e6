import { expect, test } from 'vitest'
import { proxyError } from '../errors.ts'
import type { StreamEvent } from './event.ts'
import { isStreamEvent } from './is-stream-event.ts'

const events: readonly StreamEvent[] = [
  { type: 'start', id: '', model: 'm', created: 1 },
  { type: 'text-delta', choice: 0, delta: 'x' },
  { type: 'reasoning-delta', choice: 0, delta: 'x' },
  { type: 'refusal-delta', choice: 0, delta: 'x' },
  { type: 'tool-call-start', choice: 0, index: 0, id: 'call_1', name: 'f' },
  { type: 'tool-call-delta', choice: 0, index: 0, delta: '{}' },
  { type: 'tool-call-end', choice: 0, index: 0 },
  { type: 'raw', format: 'chat', value: {} },
  { type: 'choice-end', choice: 0, reason: 'stop' },
  { type: 'usage', inputTokens: 1, outputTokens: 1 },
  { type: 'error', error: proxyError('internal_error', 'x') },
]

test.each(events)('an event has all fields of its type: $type', (event) => {
  expect(isStreamEvent(event)).toBe(true)
  for (const name of Object.keys(event)) {
    expect(isStreamEvent({ ...event, [name]: undefined })).toBe(false)
    expect(isStreamEvent({ ...event, [name]: [] }) && name !== 'value' && name !== 'error').toBe(false)
  }
})

test.each([undefined, null, 'start', 1, {}, { type: 'begin' }, []])('%j is no event', (value) => {
  expect(isStreamEvent(value)).toBe(false)
})

test('the last event has no fields', () => {
  expect(isStreamEvent({ type: 'finish' })).toBe(true)
})
