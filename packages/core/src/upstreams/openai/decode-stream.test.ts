import { describe, expect, test } from 'vitest'
import type { StreamEvent } from '../../contract/event.ts'
import type { CallOutcome } from '../../pipeline/call-end.ts'
import { ending } from '../../pipeline/ending.ts'
import { checkEventGrammar } from '../../testing/event-grammar.ts'
import { byByte, everySplit } from '../../testing/every-split.ts'
import { answered, decoded, errorOf, textOf } from '../decoded.test.support.ts'
import { fixtureRows, hasFixture } from '../fixtures.test.support.ts'
import { isObject, type JsonObject, objectsIn } from '../json.ts'
import { decodeStream } from './decode-stream.ts'

type Format = 'chat-completions' | 'completions'

function read(
  chunks: Iterable<string | Uint8Array>,
  outcome: CallOutcome = 'complete',
  format: Format = 'chat-completions',
) {
  const decoder = decodeStream(format, 'https://up.test')
  return answered(decoder, chunks, ending({ outcome, done: false }, 0, 'asked'))
}

const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 5, model: 'm-1' }
const sse = (value: unknown) => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`
const frame = (choice: object, more: object = {}) => sse({ ...head, choices: [{ index: 0, ...choice }], ...more })
const delta = (fields: object) => frame({ delta: fields, finish_reason: null })
const stop = (finish_reason = 'stop') => frame({ delta: {}, finish_reason })
const done = sse('[DONE]')

/** Events between `start` and `choice-end`. */
function body(...frames: string[]): StreamEvent[] {
  const events = read([...frames, done])
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

  test('are one where id and name are repeated with every piece', () => {
    for (const id of [{ id: 'c1' }, { id: '' }, {}]) {
      const events = body(
        entry({ index: 0, ...id }, { name: 'f', arguments: '{"a"' }),
        entry({ index: 0, ...id }, { name: 'f', arguments: ':1}' }),
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
    const events = read([entry({ index: 0, id: 'c1' }, { name: 'f', arguments: '{}' }), stop('stop'), done])
    expect(events).toContainEqual({ type: 'choice-end', choice: 0, reason: 'tool-calls' })
    const limited = read([entry({ index: 0, id: 'c1' }, { name: 'f', arguments: '{"' }), stop('length'), done])
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
    const value = { choices: [{ index: 0, delta: { tool_calls: [{ index: 0, extra_content }] } }] }
    expect(events).toContainEqual({ type: 'raw', format: 'chat-completions', value })
  })
})

describe('what nobody here knows', () => {
  const raws = (...frames: string[]) => body(...frames).flatMap((event) => (event.type === 'raw' ? [event.value] : []))

  test('survives once where it is the same in every frame', () => {
    const more = { system_fingerprint: 'fp', service_tier: 'default', obfuscation: 'xyz', nothing: null, empty: '' }
    const frames = ['a', 'b', 'c'].map((content) => frame({ delta: { content } }, { ...more, obfuscation: content }))
    expect(raws(...frames, stop())).toEqual([{ system_fingerprint: 'fp', service_tier: 'default' }])
  })

  test('survives in a choice and in a delta', () => {
    const filter = { content_filter_results: { hate: { filtered: false } } }
    expect(
      raws(
        frame({ delta: { content: 'a', reasoning_details: [{ text: 't' }] }, ...filter }),
        frame({ delta: { content: 'b' }, ...filter }),
        frame({ delta: {}, finish_reason: 'stop', stop_reason: 151_643 }),
      ),
    ).toEqual([
      { choices: [{ index: 0, ...filter, delta: { reasoning_details: [{ text: 't' }] } }] },
      { choices: [{ index: 0, stop_reason: 151_643 }] },
    ])
  })

  test('waits for the frame that names the answer', () => {
    const prompt_filter_results = [{ prompt_index: 0 }]
    const events = read([
      sse({ id: '', object: '', model: '', created: 0, choices: [], prompt_filter_results }),
      ...whole,
    ])
    checkEventGrammar(events)
    expect(events.slice(0, 2)).toEqual([
      { type: 'start', id: 'chatcmpl-1', model: 'm-1', created: 5 },
      { type: 'raw', format: 'chat-completions', value: { prompt_filter_results } },
    ])
  })

  test('is a raw event of its own where it is no answer at all', () => {
    expect(body(sse({ type: 'ping', n: 1 }), ...whole.slice(0, 4))).toContainEqual({
      type: 'raw',
      format: 'openai',
      value: { type: 'ping', n: 1 },
    })
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
  const said = isObject(choice.delta) ? choice.delta.content : choice.text
  return typeof said === 'string' ? said : ''
}
