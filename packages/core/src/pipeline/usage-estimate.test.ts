import { countTokens as exactCount } from 'gpt-tokenizer/encoding/o200k_base'
import { expect, test, vi } from 'vitest'
import type { StreamEvent } from '../contract/event.ts'
import { eventsOf, fakeRequest } from '../testing/fake-exchange.ts'
import { countTokens, loadTokenizer } from './token-counter.ts'
import { usageEstimate } from './usage-estimate.ts'

function run(events: readonly StreamEvent[]): StreamEvent[] {
  const out: StreamEvent[] = []
  const step = usageEstimate(fakeRequest({ messages: [{ role: 'user', content: 'How are streams made?' }] }))
  for (const event of events) step.write(event, (value) => out.push(value))
  return out
}

test('an answer without usage gets an estimate just before its end', async () => {
  loadTokenizer()
  const text = 'Streams are made of chunks, which are made of bytes.'
  await vi.waitFor(() => expect(countTokens(text)).toBe(exactCount(text)))
  const out = run(eventsOf(text))
  expect(out.map(({ type }) => type)).toEqual(['start', 'text-delta', 'choice-end', 'usage', 'finish'])
  expect(out[3]).toEqual({
    type: 'usage',
    inputTokens: exactCount('How are streams made?') + 6,
    outputTokens: exactCount(text),
    estimated: true,
  })
})

test("the upstream's own count stands", () => {
  const [start, text, end, finish] = eventsOf('x')
  if (!start || !text || !end || !finish) return expect.fail('four events')
  const usage: StreamEvent = { type: 'usage', inputTokens: 1, outputTokens: 2 }
  expect(run([start, text, end, usage, finish]).filter(({ type }) => type === 'usage')).toEqual([usage])
})

test('special tokens in a text are text, and a long text is reckoned', () => {
  expect(countTokens('<|endoftext|>')).toBeGreaterThan(1)
  const long = 'word '.repeat(20_000)
  expect(countTokens(long) / exactCount(long)).toBeCloseTo(1, 1)
})
