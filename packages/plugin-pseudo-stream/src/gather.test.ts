import { type EventStep, proxyError, type StreamEvent } from 'argo-proxy'
import { describe, expect, test } from 'vitest'
import { gather } from './gather.ts'

const start: StreamEvent = { type: 'start', id: 'answer', model: 'model', created: 0 }
const text = (delta: string, choice = 0): StreamEvent => ({ type: 'text-delta', choice, delta })
const thought = (delta: string): StreamEvent => ({ type: 'reasoning-delta', choice: 0, delta })
const callStart = (index: number): StreamEvent => ({
  type: 'tool-call-start',
  choice: 0,
  index,
  id: `call-${index}`,
  name: 'f',
})
const callDelta = (index: number, delta: string): StreamEvent => ({ type: 'tool-call-delta', choice: 0, index, delta })
const callEnd = (index: number): StreamEvent => ({ type: 'tool-call-end', choice: 0, index })
const raw: StreamEvent = { type: 'raw', format: 'responses', value: { type: 'unknown' } }
const end = (choice = 0): StreamEvent => ({ type: 'choice-end', choice, reason: 'stop' })
const finish: StreamEvent = { type: 'finish' }
const error: StreamEvent = { type: 'error', error: proxyError('upstream_disconnected', 'gone') }

function feed(step: EventStep, events: readonly StreamEvent[]): StreamEvent[] {
  const out: StreamEvent[] = []
  for (const event of events) step.write(event, (value) => out.push(value))
  step.end?.((value) => out.push(value))
  return out
}

describe('gather', () => {
  test('lets nothing go before the end is known', () => {
    const step = gather()
    expect(feed(step, [start, text('a'), end(), { type: 'usage', inputTokens: 1, outputTokens: 1 }])).toEqual([])
    expect(feed(step, [finish]).map(({ type }) => type)).toEqual([
      'start',
      'text-delta',
      'choice-end',
      'usage',
      'finish',
    ])
  })

  test.each<[string, StreamEvent[], StreamEvent[]]>([
    ['texts', [text('a'), text('b'), text('c')], [text('abc')]],
    ['thoughts and texts apart', [thought('a'), thought('b'), text('c'), text('d')], [thought('ab'), text('cd')]],
    ['a thought between texts parts them', [text('a'), thought('b'), text('c')], [text('a'), thought('b'), text('c')]],
    ['each choice by itself', [text('a'), text('x', 1), text('b'), text('y', 1)], [text('ab'), text('xy', 1)]],
    [
      'each call by itself',
      [
        callStart(0),
        callStart(1),
        callDelta(0, '{'),
        callDelta(1, '['),
        callDelta(0, '}'),
        callDelta(1, ']'),
        callEnd(0),
        callEnd(1),
      ],
      [callStart(0), callStart(1), callDelta(0, '{}'), callDelta(1, '[]'), callEnd(0), callEnd(1)],
    ],
    [
      'not over a call',
      [text('a'), callStart(0), callDelta(0, '{}'), callEnd(0), text('b')],
      [text('a'), callStart(0), callDelta(0, '{}'), callEnd(0), text('b')],
    ],
    ['not over a frame that nobody understands', [text('a'), raw, text('b')], [text('a'), raw, text('b')]],
  ])('joins %s', (_name, body, joined) => {
    expect(feed(gather(), [start, ...body, end(), finish])).toEqual([start, ...joined, end(), finish])
  })

  test('leaves texts with log probabilities as they are', () => {
    const sure: StreamEvent = { type: 'text-delta', choice: 0, delta: 'b', logprobs: { content: [] } }
    const body = [text('a'), sure, sure, text('c')]
    expect(feed(gather(), [start, ...body, end(), finish])).toEqual([start, ...body, end(), finish])
  })

  test('of an answer that fails only the error goes on', () => {
    expect(feed(gather(), [start, text('a'), error])).toEqual([error])
    expect(feed(gather(), [error])).toEqual([error])
  })

  test('an answer without an end gives nothing', () => {
    expect(feed(gather(), [start, text('a'), end()])).toEqual([])
  })

  test('does not change the events that it was given', () => {
    const first = text('a')
    feed(gather(), [start, first, text('b'), end(), finish])
    expect(first).toEqual(text('a'))
  })
})
