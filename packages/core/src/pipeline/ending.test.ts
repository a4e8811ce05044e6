import { describe, expect, test } from 'vitest'
import type { EventStep, StreamEvent } from '../contract/event.ts'
import { proxyError } from '../errors.ts'
import type { CallEnd, CallOutcome } from './call-end.ts'
import { ending } from './ending.ts'

const start: StreamEvent = { type: 'start', id: 'x', model: 'm', created: 1 }
const text = (delta: string, choice = 0): StreamEvent => ({ type: 'text-delta', choice, delta })

function run(events: StreamEvent[], outcome: CallOutcome, firstChoice = 0): { out: StreamEvent[]; end: CallEnd } {
  const end: CallEnd = { done: false }
  const step: EventStep = ending(end, firstChoice, 'asked')
  const out: StreamEvent[] = []
  for (const event of events) step.write(event, (value) => out.push(value))
  end.outcome = outcome
  step.end?.((value) => out.push(value))
  return { out, end }
}

describe('ending', () => {
  test('a complete HTTP message is a proven end', () => {
    expect(run([start, text('a')], 'complete').out).toEqual([
      start,
      text('a'),
      { type: 'choice-end', choice: 0, reason: 'stop' },
      { type: 'finish' },
    ])
  })

  test("the wire's own terminal event is a proven end, and nothing comes after it", () => {
    const { out, end } = run([start, { type: 'finish' }, text('late')], 'unproven')
    expect(out.map(({ type }) => type)).toEqual(['start', 'choice-end', 'finish'])
    expect(end.done).toBe(true)
  })

  test.each<[string, CallOutcome, string]>([
    ['a body that lasts until the socket closes', 'unproven', 'upstream_disconnected'],
    ['a broken connection', proxyError('idle_timeout', 'silence'), 'idle_timeout'],
  ])('%s is an error', (_name, outcome, code) => {
    const { out } = run([start, text('a')], outcome)
    expect(out.at(-1)).toMatchObject({ type: 'error', error: { code } })
    expect(out.some(({ type }) => type === 'finish' || type === 'choice-end')).toBe(false)
  })

  test('what the socket tells of a cut message counts more than what the decoder guesses', () => {
    const end: CallEnd = { done: false, outcome: proxyError('idle_timeout', 'silence') }
    const out: StreamEvent[] = []
    const guess = proxyError('upstream_invalid_answer', 'half a frame')
    ending(end, 0, 'asked').write({ type: 'error', error: guess }, (event) => out.push(event))
    expect(out).toMatchObject([{ type: 'error', error: { code: 'idle_timeout' } }])
  })

  test('a complete message that says nothing is an error', () => {
    expect(run([], 'complete').out).toMatchObject([{ type: 'error', error: { code: 'upstream_invalid_answer' } }])
  })

  test('every choice ends, with the reason that it came with or one that fits what it holds', () => {
    const { out } = run(
      [
        start,
        text('a', 0),
        { type: 'choice-end', choice: 0, reason: 'length' },
        { type: 'tool-call-start', choice: 1, index: 0, id: 'c', name: 'f' },
      ],
      'complete',
    )
    expect(out.filter(({ type }) => type === 'choice-end')).toEqual([
      { type: 'choice-end', choice: 0, reason: 'length' },
      { type: 'choice-end', choice: 1, reason: 'tool-calls' },
    ])
  })

  test('an answer without a start gets one', () => {
    expect(run([text('a')], 'complete').out[0]).toMatchObject({ type: 'start', id: '', model: 'asked' })
  })

  test('choices are renumbered', () => {
    const { out } = run([start, text('a')], 'complete', 2)
    expect(out[1]).toEqual(text('a', 2))
    expect(out[2]).toEqual({ type: 'choice-end', choice: 2, reason: 'stop' })
  })
})
