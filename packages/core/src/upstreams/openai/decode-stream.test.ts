import { describe, expect, test } from 'vitest'
import type { StreamEvent } from '../../contract/event.ts'
import type { CallOutcome } from '../../pipeline/call-end.ts'
import { ending } from '../../pipeline/ending.ts'
import { isRecord } from '../../record.ts'
import { checkEventGrammar } from '../../testing/event-grammar.ts'
import { byByte, everySplit } from '../../testing/every-split.ts'
import { answered, decoded, errorOf, textOf } from '../decoded.test.support.ts'
import { fixtureRows, hasFixture } from '../fixtures.test.support.ts'
import { type JsonObject, objectsIn } from '../json.ts'
import { decodeStream } from './decode-stream.ts'

import { delta, done, frame, head, sse, stop } from './frames.test.support.ts'

type Format = 'chat-completions' | 'completions'

function read(
  chunks: Iterable<string | Uint8Array>,
  outcome: CallOutcome = 'complete',
  format: Format = 'chat-completions',
) {
  const decoder = decodeStream(format, 'https://up.test')
  return answered(decoder, chunks, ending({ outcome, done: false }, 0, 'asked'))
}

/** Events between `start` and `choice-end`. */
function body(...frames: string[]): StreamEvent[] {
  const events = decoded(decodeStream('chat-completions', 'https://up.test'), [...frames, done])
  checkEventGrammar(events)
  return events.filter(({ type }) => !['start', 'finish', 'choice-end'].includes(type))
}

const whole = [
  delta({ role: 'assistant', content: '' }),
  delta({ content: 'λ 日本' }),
  delta({ content: ' 🔬' }),
  stop(),
  sse({ ...head, choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } }),
  done,
]

describe('an ordinary stream', () => {
  test('becomes the events of an answer', () => {
    expect(decoded(decodeStream('chat-completions', 'o'), whole)).toEqual([
      { type: 'start', id: 'chatcmpl-1', model: 'm-1', created: 5 },
      { type: 'text-delta', choice: 0, delta: 'λ 日本' },
      { type: 'text-delta', choice: 0, delta: ' 🔬' },
      { type: 'choice-end', choice: 0, reason: 'stop' },
      { type: 'usage', inputTokens: 3, outputTokens: 2 },
      { type: 'finish' },
    ])
  })

  test('is the same at every split', () => {
    const expected = read(whole)
    for (const chunks of everySplit(whole.join(''))) expect(read(chunks)).toEqual(expected)
    expect(read(byByte(whole.join('')))).toEqual(expected)
    expect(read([whole.join('').replaceAll('\n', '\r\n')])).toEqual(expected)
  })

  test('is the same at every split where bytes in it are no UTF-8', () => {
    const half = Buffer.from('λ').subarray(0, 1)
    const stray = Buffer.from('x').map(() => 0xa9)
    const [start, first = '', , ...end] = whole
    const spoilt = (text: string, bytes: Uint8Array) =>
      text.split('?').flatMap((part, index) => (index === 0 ? [Buffer.from(part)] : [bytes, Buffer.from(part)]))
    const frames = [
      Buffer.from(`${start}${first}${first}`),
      ...spoilt(delta({ content: 'a?b' }), half),
      ...spoilt(`?${first}`, half),
      ...spoilt(delta({ content: '?\n"é?' }), stray),
      ...spoilt(`${first}?`, stray),
      Buffer.from(`${first}${end.join('')}`),
    ]
    const bytes = Buffer.concat(frames)
    const expected = read([bytes])
    // A line that begins with anything but a field's name is no field: that frame is not the answer's.
    expect(textOf(expected)).toBe('λ 日本λ 日本a\ufffdb\ufffd\n"é\ufffdλ 日本')
    for (const chunks of everySplit(bytes)) expect(read(chunks)).toEqual(expected)
    expect(read(byByte(bytes))).toEqual(expected)
  })

  test('gives each delta in the call that its frame came with', () => {
    const decoder = decodeStream('chat-completions', 'o')
    const counts = whole.map((chunk) => {
      let count = 0
      decoder.write(Buffer.from(chunk), () => {
        count += 1
      })
      return count
    })
    expect(counts).toEqual([1, 1, 1, 1, 0, 2])
  })

  test('may hold comments, and nothing after its end counts', () => {
    expect(read([': ping\n\n', ...whole, delta({ content: 'late' }), done])).toEqual(read(whole))
  })

  test('has as many choices as there are', () => {
    const events = read([
      sse({
        ...head,
        choices: [
          { index: 0, delta: { content: 'a' } },
          { index: 1, delta: { content: 'b' } },
        ],
      }),
      sse({ ...head, choices: [{ index: 1, delta: {}, finish_reason: 'length' }] }),
      stop(),
      done,
    ])
    checkEventGrammar(events)
    expect(events).toContainEqual({ type: 'text-delta', choice: 1, delta: 'b' })
    expect(events).toContainEqual({ type: 'choice-end', choice: 1, reason: 'length' })
  })
})

describe('the end of a stream', () => {
  test.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['max_tokens', 'length'],
    ['tool_calls', 'tool-calls'],
    ['function_call', 'tool-calls'],
    ['content_filter', 'content-filter'],
    ['SAFETY', 'content-filter'],
    ['end_turn', 'stop'],
    ['something new', 'stop'],
  ])('%s is %s', (said, reason) => {
    const events = read([delta({ content: 'x' }), stop(said), done])
    expect(events).toContainEqual({ type: 'choice-end', choice: 0, reason })
  })

  test('counts though [DONE] is missing, where every choice said why it ended', () => {
    expect(read(whole.slice(0, -1))).toEqual(read(whole))
    expect(read([delta({ content: 'x' }), stop().trimEnd()]).at(-1)?.type).toBe('finish')
  })

  test('counts though no choice said why, where [DONE] came', () => {
    const events = read([delta({ content: 'x' }), frame({ delta: {}, finish_reason: '' }), done])
    checkEventGrammar(events)
    expect(events.slice(-2)).toEqual([{ type: 'choice-end', choice: 0, reason: 'stop' }, { type: 'finish' }])
  })

  test('is an error where neither came, even at the proven end of the HTTP message', () => {
    const cuts = [
      [delta({ content: 'half' })],
      [delta({ content: 'half' }), 'data: {"id":"chatcmpl-1","choi'],
      [
        sse({
          ...head,
          choices: [
            { index: 0, delta: { content: 'a' } },
            { index: 1, delta: {}, finish_reason: 'stop' },
          ],
        }),
      ],
    ]
    for (const chunks of cuts) {
      for (const outcome of ['complete', 'unproven'] as const) {
        expect(errorOf(read(chunks, outcome)).code).toBe('upstream_disconnected')
      }
    }
    expect(errorOf(read([])).code).toBe('upstream_invalid_answer')
    expect(errorOf(read([done])).code).toBe('upstream_invalid_answer')
  })

  test.each(['abort', 'error', 'insufficient_system_resource'])(
    'is an error where the server gave up: %s',
    (reason) => {
      const events = read([
        delta({ content: 'half' }),
        frame({ delta: {}, finish_reason: reason, error: { message: 'why' } }),
        done,
      ])
      expect(events.map(({ type }) => type)).toEqual(['start', 'text-delta', 'error'])
      expect(errorOf(events).message).toContain(reason)
    },
  )

  test('has the last of cumulative counts, with their details', () => {
    const usage = (completion_tokens: number) => ({
      usage: {
        prompt_tokens: 9,
        completion_tokens,
        prompt_tokens_details: { cached_tokens: 4 },
        completion_tokens_details: { reasoning_tokens: 1 },
      },
    })
    const events = read([
      frame({ delta: { content: 'a' } }, usage(1)),
      frame({ delta: {}, finish_reason: 'stop' }, usage(2)),
      done,
    ])
    checkEventGrammar(events)
    expect(events.filter(({ type }) => type === 'usage')).toEqual([
      { type: 'usage', inputTokens: 9, outputTokens: 2, cachedTokens: 4, reasoningTokens: 1 },
    ])
  })
})

describe('what a delta may hold', () => {
  test('thoughts, under either name, once', () => {
    const thought = (fields: object) => body(delta(fields), delta({ content: 'so' }), stop())
    const expected = [
      { type: 'reasoning-delta', choice: 0, delta: 'hm' },
      { type: 'text-delta', choice: 0, delta: 'so' },
    ]
    for (const fields of [
      { reasoning_content: 'hm' },
      { reasoning: 'hm' },
      { reasoning_content: 'hm', reasoning: 'hm' },
    ]) {
      expect(thought(fields)).toEqual(expected)
    }
    const parts = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
      { type: 'text', text: 'so' },
    ]
    expect(body(delta({ content: parts }), stop())).toEqual(expected)
  })

  test('a refusal', () => {
    expect(body(delta({ refusal: 'No' }), delta({ refusal: null }), stop())).toEqual([
      { type: 'refusal-delta', choice: 0, delta: 'No' },
    ])
  })

  test('log probabilities, also beside an empty text', () => {
    const logprobs = { content: [{ token: 'a', logprob: -1 }] }
    expect(
      body(frame({ delta: { content: 'a' }, logprobs }), frame({ delta: { content: '' }, logprobs }), stop()),
    ).toEqual([
      { type: 'text-delta', choice: 0, delta: 'a', logprobs },
      { type: 'text-delta', choice: 0, delta: '', logprobs },
    ])
  })
})

describe('a fault in the stream', () => {
  test.each([
    [
      sse({ error: { message: 'overloaded', code: 503 } }),
      { status: 503, message: expect.stringContaining('overloaded') },
    ],
    [sse({ error: 'plain' }), { status: 502 }],
    [sse({ object: 'error', message: 'bad', code: 400 }), { status: 400, message: 'bad' }],
    [`event: error\n${sse({ message: 'named' })}`, { status: 502, message: expect.stringContaining('named') }],
    [sse('{"half":'), { status: 502, code: 'upstream_invalid_answer' }],
    [sse('"text"'), { status: 502, code: 'upstream_invalid_answer' }],
  ])('is an error, and the last event: %s', (fault, expected) => {
    const events = read([delta({ content: 'x' }), fault, delta({ content: 'y' }), done])
    expect(events.map(({ type }) => type)).toEqual(['start', 'text-delta', 'error'])
    expect(errorOf(events)).toMatchObject(expected)
  })
})

describe('a server that does not stream', () => {
  test('is understood', () => {
    const choices = [{ index: 0, message: { role: 'assistant', content: 'all' }, finish_reason: 'stop' }]
    for (const chunks of everySplit(`\n ${JSON.stringify({ ...head, choices })}`)) {
      const events = read(chunks)
      checkEventGrammar(events)
      expect(textOf(events)).toBe('all')
    }
  })

  test('may answer with an error', () => {
    expect(errorOf(read(['{"error":{"message":"no","code":400}}']))).toMatchObject({ status: 400, message: 'no' })
  })
})

test('legacy completions have texts', () => {
  const text = (piece: string, more: object = {}) =>
    sse({
      id: 'cmpl-1',
      object: 'text_completion',
      created: 5,
      model: 'm',
      choices: [{ index: 0, text: piece, logprobs: null, finish_reason: null, ...more }],
    })
  const events = read(
    [text('a'), text('b', { finish_reason: 'length', matched_stop: 2 }), done],
    'complete',
    'completions',
  )
  expect(events).toEqual([
    { type: 'start', id: 'cmpl-1', model: 'm', created: 5 },
    { type: 'text-delta', choice: 0, delta: 'a' },
    { type: 'text-delta', choice: 0, delta: 'b' },
    { type: 'raw', format: 'completions', value: { choices: [{ index: 0, matched_stop: 2 }] } },
    { type: 'choice-end', choice: 0, reason: 'length' },
    { type: 'finish' },
  ])
})

describe.skipIf(!hasFixture('sse-captures.jsonl'))(
  'captured streams (skipped where ../shared/fixtures/sse-captures.jsonl is absent)',
  () => {
    const captures = hasFixture('sse-captures.jsonl') ? fixtureRows('sse-captures.jsonl') : []
    const framesOf = (row: JsonObject) => objectsIn(row.data)

    test.each(captures.map((row): [string, JsonObject] => [String(row.name), row]))('%s', (name, row) => {
      const frames = framesOf(row)
      const events = read(
        [...frames.map(sse), done],
        'complete',
        name.startsWith('chat') ? 'chat-completions' : 'completions',
      )
      checkEventGrammar(events)
      expect(frames.length).toBeGreaterThan(1)
      expect(textOf(events)).toBe(
        frames
          .flatMap((one) => objectsIn(one.choices))
          .map(contentOf)
          .join(''),
      )
      const called = JSON.stringify(frames).includes('get_stock_price')
      expect(events.some(({ type }) => type === 'tool-call-start')).toBe(called)
      expect(events.some(({ type }) => type === 'usage')).toBe(JSON.stringify(frames).includes('"prompt_tokens"'))
      expect(events.filter(({ type }) => type === 'raw').length).toBeLessThan(6)
    })
  },
)

function contentOf(choice: JsonObject): string {
  const said = isRecord(choice.delta) ? choice.delta.content : choice.text
  return typeof said === 'string' ? said : ''
}
