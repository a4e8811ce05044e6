import { describe, expect, test } from 'vitest'
import type { StreamEvent } from '../../contract/event.ts'
import { checkEventGrammar } from '../../testing/event-grammar.ts'
import { decoded } from '../decoded.test.support.ts'
import { decodeComplete } from './decode-complete.ts'
import { decodeStream } from './decode-stream.ts'
import { delta, done, stop } from './frames.test.support.ts'

/** Events between `start` and `choice-end`. */
function body(...frames: string[]): StreamEvent[] {
  const events = decoded(decodeStream('chat-completions', 'https://up.test'), [...frames, done])
  checkEventGrammar(events)
  return events.filter(({ type }) => !['start', 'finish', 'choice-end'].includes(type))
}

const whole = (frames: string[]) => decoded(decodeStream('chat-completions', 'https://up.test'), frames)

describe('tool calls', () => {
  const call = (index: number, id: string, name: string, json: string) => [
    { type: 'tool-call-start', choice: 0, index, id, name },
    { type: 'tool-call-delta', choice: 0, index, delta: json },
  ]
  const ends = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ type: 'tool-call-end', choice: 0, index }))
  const entry = (fields: object, called: object = {}) => delta({ tool_calls: [{ ...fields, function: called }] })
  const madeId = expect.stringMatching(/^call_\w{20,}$/)

  test('come in pieces, in OpenAI’s way', () => {
    const events = body(
      delta({
        role: 'assistant',
        content: null,
        tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'f', arguments: '' } }],
      }),
      entry({ index: 0 }, { arguments: '{"a"' }),
      entry({ index: 0 }, { arguments: ':1}' }),
      entry({ index: 1, id: 'c2' }, { name: 'g', arguments: '{}' }),
      stop('tool_calls'),
    )
    expect(events).toEqual([
      ...call(0, 'c1', 'f', '{"a"'),
      { type: 'tool-call-delta', choice: 0, index: 0, delta: ':1}' },
      ...call(1, 'c2', 'g', '{}'),
      ...ends(2),
    ])
  })

  test.each([
    [
      'without an index',
      [entry({ id: 'c1' }, { name: 'f', arguments: '{}' }), entry({ id: 'c2' }, { name: 'g', arguments: '[]' })],
    ],
    [
      'with index 0 for all',
      [
        entry({ index: 0, id: 'c1' }, { name: 'f', arguments: '{}' }),
        entry({ index: 0, id: 'c2' }, { name: 'g', arguments: '[]' }),
      ],
    ],
    [
      'with index 1 first',
      [
        entry({ index: 1, id: 'c1' }, { name: 'f', arguments: '{}' }),
        entry({ index: 2, id: 'c2' }, { name: 'g', arguments: '[]' }),
      ],
    ],
    [
      'in one delta',
      [
        delta({
          tool_calls: [
            { id: 'c1', function: { name: 'f', arguments: '{}' } },
            { id: 'c2', function: { name: 'g', arguments: '[]' } },
          ],
        }),
      ],
    ],
  ])('are told apart %s', (_what, frames) => {
    expect(body(...frames, stop('tool_calls'))).toEqual([
      ...call(0, 'c1', 'f', '{}'),
      ...call(1, 'c2', 'g', '[]'),
      ...ends(2),
    ])
  })

  test('get an id where they have none, and stay apart', () => {
    const events = body(
      entry({ index: 0 }, { name: 'f', arguments: '{"a":1}' }),
      entry({ index: 0 }, { name: 'f', arguments: '{"a":2}' }),
      stop('tool_calls'),
    )
    expect(events).toEqual([...call(0, madeId, 'f', '{"a":1}'), ...call(1, madeId, 'f', '{"a":2}'), ...ends(2)])
  })

  test.each([
    ['two indexes', { index: 0, id: 'c1' }, { index: 1, id: 'c1' }, 'f'],
    ['two names', { index: 0, id: 'c1' }, { index: 0, id: 'c1' }, 'g'],
    ['no index', { id: 'c1' }, { id: 'c1' }, 'f'],
    ['no index, and two names', { id: 'c1' }, { id: 'c1' }, 'g'],
    ['no index, and empty ids', { id: '' }, { id: '' }, 'f'],
  ])('with one id are told apart: %s', (_what, first, second, name) => {
    const events = body(
      entry(first, { name: 'f', arguments: '{"a":1}' }),
      entry(second, { name, arguments: '{"b"' }),
      entry(second, { arguments: ':2}' }),
      stop('tool_calls'),
    )
    const id = first.id === '' ? madeId : 'c1'
    expect(events).toEqual([
      ...call(0, id, 'f', '{"a":1}'),
      ...call(1, madeId, name, '{"b"'),
      { type: 'tool-call-delta', choice: 0, index: 1, delta: ':2}' },
      ...ends(2),
    ])
  })

  test.each([
    ['', ''],
    [undefined, '{}'],
    ['c1', '{}'],
    ['c1', '{"a":1}'],
  ])('of a complete message are as many as its entries: id %j, arguments %j', (id, json) => {
    const tool_calls = [1, 2].map(() => ({ id, type: 'function', function: { name: 'f', arguments: json } }))
    const message = { role: 'assistant', content: null, tool_calls }
    const answer = { id: 'x', choices: [{ index: 0, message, finish_reason: 'tool_calls' }] }
    const events = decoded(decodeComplete('chat-completions', 'https://up.test'), [JSON.stringify(answer)])
    checkEventGrammar(events)
    const ids = events.flatMap((event) => (event.type === 'tool-call-start' ? [event.id] : []))
    expect(ids).toEqual([id || madeId, madeId])
    expect(events.filter(({ type }) => type === 'tool-call-delta')).toHaveLength(json === '' ? 0 : 2)
  })

  test('are one where a piece of them comes under another index, without a name', () => {
    const events = body(
      entry({ index: 0, id: 'c1' }, { name: 'f', arguments: '{"a"' }),
      entry({ index: 1, id: 'c1' }, { arguments: ':1}' }),
      stop('tool_calls'),
    )
    expect(events).toEqual([
      ...call(0, 'c1', 'f', '{"a"'),
      { type: 'tool-call-delta', choice: 0, index: 0, delta: ':1}' },
      ...ends(1),
    ])
  })

  test('are one where id and name are repeated with every piece', () => {
    for (const id of [{ index: 0, id: 'c1' }, { index: 0, id: '' }, { index: 0 }, { id: 'c1' }, {}]) {
      const events = body(
        entry(id, { name: 'f', arguments: '' }),
        entry(id, { name: 'f', arguments: '{"a"' }),
        entry(id, { name: 'f', arguments: ':1}' }),
        stop('tool_calls'),
      )
      expect(events.filter(({ type }) => type === 'tool-call-start')).toHaveLength(1)
      expect(events.filter(({ type }) => type === 'tool-call-delta')).toHaveLength(2)
    }
  })

  test('may have their arguments as an object', () => {
    expect(body(entry({ index: 0, id: 'c1' }, { name: 'f', arguments: { a: 1 } }), stop('tool_calls'))).toEqual([
      ...call(0, 'c1', 'f', '{"a":1}'),
      ...ends(1),
    ])
  })

  test('make the reason that of tool calls, though the server says stop', () => {
    const events = whole([entry({ index: 0, id: 'c1' }, { name: 'f', arguments: '{}' }), stop('stop'), done])
    expect(events).toContainEqual({ type: 'choice-end', choice: 0, reason: 'tool-calls' })
    const limited = whole([entry({ index: 0, id: 'c1' }, { name: 'f', arguments: '{"' }), stop('length'), done])
    expect(limited).toContainEqual({ type: 'choice-end', choice: 0, reason: 'length' })
  })

  test('may be legacy ones', () => {
    const events = body(
      delta({ function_call: { name: 'f', arguments: '' } }),
      delta({ function_call: { arguments: '{}' } }),
      stop('function_call'),
    )
    expect(events).toEqual([...call(0, madeId, 'f', '{}'), ...ends(1)])
  })

  test('keep what nobody here knows', () => {
    const extra_content = { google: { thought_signature: 's' } }
    const events = body(
      entry({ index: 0, id: 'c1', extra_content }, { name: 'f', arguments: '{}' }),
      stop('tool_calls'),
    )
    expect(events[0]).toEqual({
      type: 'tool-call-start',
      choice: 0,
      index: 0,
      id: 'c1',
      name: 'f',
      extra: { extra_content },
    })
    expect(events.map(({ type }) => type)).not.toContain('raw')
  })

  test('keep it also where it comes later, with the call that it belongs to', () => {
    const events = body(
      entry({ index: 0, id: 'c1' }, { name: 'f', arguments: '{' }),
      entry({ index: 0, signature: 's' }, { arguments: '}' }),
      entry({ index: 0, signature: 't' }, {}),
      stop('tool_calls'),
    )
    expect(events.filter(({ type }) => type === 'tool-call-delta')).toEqual([
      { type: 'tool-call-delta', choice: 0, index: 0, delta: '{' },
      { type: 'tool-call-delta', choice: 0, index: 0, delta: '}', extra: { signature: 's' } },
      { type: 'tool-call-delta', choice: 0, index: 0, delta: '', extra: { signature: 't' } },
    ])
  })
})
