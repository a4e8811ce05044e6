import { describe, expect, test } from 'vitest'
import type { StreamEvent } from '../contract/event.ts'
import { proxyError } from '../errors.ts'
import { checkEventGrammar } from './event-grammar.ts'

const start: StreamEvent = { type: 'start', id: 'answer', model: 'model', created: 0 }
const text: StreamEvent = { type: 'text-delta', choice: 0, delta: 'Hello' }
const end: StreamEvent = { type: 'choice-end', choice: 0, reason: 'stop' }
const usage: StreamEvent = { type: 'usage', inputTokens: 1, outputTokens: 1 }
const raw: StreamEvent = { type: 'raw', format: 'responses', value: {} }
const finish: StreamEvent = { type: 'finish' }
const error: StreamEvent = { type: 'error', error: proxyError('upstream_disconnected', 'gone') }
const callStart = (index: number): StreamEvent => ({ type: 'tool-call-start', choice: 0, index, id: 'call', name: 'f' })
const callDelta = (index: number): StreamEvent => ({ type: 'tool-call-delta', choice: 0, index, delta: '{}' })
const callEnd = (index: number): StreamEvent => ({ type: 'tool-call-end', choice: 0, index })

const good: [string, StreamEvent[]][] = [
  ['a text', [start, text, text, end, finish]],
  ['an empty answer', [start, end, finish]],
  ['token counts', [start, text, end, usage, finish]],
  ['frames that nobody understands', [start, raw, text, end, usage, raw, finish]],
  ['an error instead of all', [error]],
  ['an error in the midst', [start, text, callStart(0), error]],
  [
    'two calls, interleaved',
    [start, callStart(0), callStart(1), callDelta(1), callDelta(0), callEnd(0), callEnd(1), end, finish],
  ],
  ['two choices', [start, text, { ...text, choice: 1 }, end, { ...text, choice: 1 }, { ...end, choice: 1 }, finish]],
]

const bad: [string, StreamEvent[], string][] = [
  ['nothing', [], 'The answer stops after 0 events without finish or error.'],
  ['no end', [start, text, end], 'The answer stops after 3 events without finish or error.'],
  ['no start', [text, end, finish], 'Event 0 (text-delta) comes before start.'],
  ['two starts', [start, start], 'Event 1 (start) is the second start.'],
  ['no choice-end', [start, finish], 'Event 1 (finish) comes without any choice-end.'],
  ['an open choice', [start, text, finish], 'Event 2 (finish) comes before the choice-end of choice 0.'],
  [
    'a choice left out',
    [start, { ...end, choice: 1 }, finish],
    'Event 2 (finish) comes before the choice-end of choice 0.',
  ],
  ['a choice below 0', [start, { ...text, choice: -1 }], 'Event 1 (text-delta) has the choice -1.'],
  ['text after the choice', [start, end, text], 'Event 2 (text-delta) comes after the choice-end of choice 0.'],
  ['two choice-ends', [start, end, end], 'Event 2 (choice-end) comes after the choice-end of choice 0.'],
  ['usage too early', [start, text, usage], 'Event 2 (usage) comes before the choice-end of choice 0.'],
  ['two usages', [start, end, usage, usage], 'Event 3 (usage) is the second usage.'],
  ['a body event after usage', [start, end, usage, { ...text, choice: 1 }], 'Event 3 (text-delta) comes after usage.'],
  ['finish and error', [start, end, finish, error], 'Event 3 (error) comes after the end of the answer.'],
  [
    'a call that begins at 1',
    [start, callStart(1)],
    'Event 1 (tool-call-start) has the index 1, the next call of its choice is 0.',
  ],
  [
    'arguments of no call',
    [start, callDelta(0)],
    'Event 1 (tool-call-delta) belongs to call 0, which has not started.',
  ],
  [
    'a call ended twice',
    [start, callStart(0), callEnd(0), callEnd(0)],
    'Event 3 (tool-call-end) comes after the tool-call-end of call 0.',
  ],
  ['a call left open', [start, callStart(0), end], 'Event 2 (choice-end) comes before the tool-call-end of call 0.'],
]

describe('checkEventGrammar', () => {
  test.each(good)('takes %s', (_name, events) => {
    expect(() => checkEventGrammar(events)).not.toThrow()
  })

  test.each(bad)('refuses %s', (_name, events, message) => {
    expect(() => checkEventGrammar(events)).toThrow(message)
  })
})
