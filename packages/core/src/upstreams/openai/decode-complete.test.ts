import { describe, expect, test } from 'vitest'
import { chatCompletions } from '../../endpoints/chat-completions.ts'
import { ending } from '../../pipeline/ending.ts'
import { checkEventGrammar } from '../../testing/event-grammar.ts'
import { everySplit } from '../../testing/every-split.ts'
import { fakeExchange } from '../../testing/fake-exchange.ts'
import { answered, errorOf, textOf } from '../decoded.test.support.ts'
import { parseJson } from '../json.ts'
import { decodeComplete } from './decode-complete.ts'

function read(chunks: Iterable<string | Uint8Array>, format: 'chat-completions' | 'completions' = 'chat-completions') {
  return answered(
    decodeComplete(format, 'https://up.test'),
    chunks,
    ending({ outcome: 'complete', done: false }, 0, 'm'),
  )
}

const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }
const rich = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 5,
  model: 'm-1',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: 'λ 🔬',
        refusal: null,
        annotations: [],
        reasoning_content: 'hm',
        tool_calls: [call],
      },
      logprobs: null,
      finish_reason: 'tool_calls',
      content_filter_results: { hate: { filtered: false } },
    },
    {
      index: 1,
      message: { role: 'assistant', content: null, refusal: 'No', annotations: [] },
      logprobs: null,
      finish_reason: 'content_filter',
    },
  ],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  system_fingerprint: 'fp',
}

describe('a complete answer', () => {
  test('becomes the events of an answer, the same at every split', () => {
    const expected = read([JSON.stringify(rich)])
    checkEventGrammar(expected)
    expect(expected).toEqual([
      { type: 'start', id: 'chatcmpl-1', model: 'm-1', created: 5 },
      { type: 'raw', format: 'chat-completions', value: { system_fingerprint: 'fp' } },
      { type: 'reasoning-delta', choice: 0, delta: 'hm' },
      { type: 'text-delta', choice: 0, delta: 'λ 🔬' },
      { type: 'tool-call-start', choice: 0, index: 0, id: 'c1', name: 'f' },
      { type: 'tool-call-delta', choice: 0, index: 0, delta: '{"a":1}' },
      {
        type: 'raw',
        format: 'chat-completions',
        value: { choices: [{ index: 0, content_filter_results: { hate: { filtered: false } } }] },
      },
      { type: 'tool-call-end', choice: 0, index: 0 },
      { type: 'choice-end', choice: 0, reason: 'tool-calls' },
      { type: 'refusal-delta', choice: 1, delta: 'No' },
      { type: 'choice-end', choice: 1, reason: 'content-filter' },
      { type: 'usage', inputTokens: 3, outputTokens: 2 },
      { type: 'finish' },
    ])
    for (const chunks of everySplit(JSON.stringify(rich))) expect(read(chunks)).toEqual(expected)
  })

  test('comes out of the endpoint as it went in', () => {
    const { encode } = chatCompletions.parse({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] })
    const encoder = encode('complete', fakeExchange())
    let text = ''
    for (const event of read([JSON.stringify(rich)])) {
      encoder.write(event, (piece) => {
        text += piece
      })
    }
    expect(parseJson(text)).toEqual(rich)
  })

  test('of a legacy completion has texts', () => {
    const choices = [
      { index: 0, text: 'a', logprobs: { tokens: ['a'] }, finish_reason: 'stop' },
      { index: 1, text: 'b', logprobs: null, finish_reason: 'length' },
    ]
    const events = read(
      [JSON.stringify({ id: 'cmpl-1', object: 'text_completion', created: 5, model: 'm', choices })],
      'completions',
    )
    checkEventGrammar(events)
    expect(textOf(events)).toBe('ab')
    expect(events).toContainEqual({ type: 'text-delta', choice: 0, delta: 'a', logprobs: { tokens: ['a'] } })
    expect(events).toContainEqual({ type: 'choice-end', choice: 1, reason: 'length' })
  })

  test.each([
    ['', /nothing at all/],
    ['<html><title>Busy</title></html>', /Busy/],
    ['{"choices":[]}', /choices/],
    ['{"id":"chatcmpl-1","choices":[{"ind', /chatcmpl-1/],
    ['[1]', /\[1\]/],
  ])('is not %j', (body, message) => {
    const error = errorOf(read([body]))
    expect(error).toMatchObject({
      status: 502,
      code: 'upstream_invalid_answer',
      message: expect.stringMatching(message),
    })
  })

  test.each([
    [{ error: { message: 'slow down', code: 429 } }, 429],
    [{ object: 'error', message: 'broken', code: 500 }, 502],
    [{ error: 'plain' }, 502],
  ])('may be an error in spite of its status: %j', (body, status) => {
    expect(errorOf(read([JSON.stringify(body)]))).toMatchObject({ status })
  })

  test('that the server gave up is an error', () => {
    const choices = [{ index: 0, message: { content: 'half' }, finish_reason: 'abort' }]
    expect(errorOf(read([JSON.stringify({ choices })])).code).toBe('upstream_error')
  })
})
