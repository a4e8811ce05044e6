import { describe, expect, test } from 'vitest'
import type { StreamEvent } from '../contract/event.ts'
import {
  answers,
  brokenOff,
  completed,
  dataOf,
  failedAtOnce,
  streamed,
  twoChoices,
} from '../testing/answers.test.fixture.ts'
import { checkCompletionStream } from '../testing/stream-grammar.ts'
import { completions } from './completions.ts'
import { faultOf } from './faults.test.fixture.ts'
import { hasSchemas, schemaFaults } from './openai-schema.test.fixture.ts'

function read(fields: object) {
  return completions.parse({ model: 'm', prompt: 'Once', ...fields })
}

describe('prompts', () => {
  test.each([
    ['Once', ['Once']],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [[1, 2], [[1, 2]]],
    [
      [[1, 2], [3]],
      [[1, 2], [3]],
    ],
  ])('%j', (prompt, expected) => {
    const { request } = read({ prompt })
    expect(request.prompts).toEqual(expected)
    expect(request.messages).toEqual(
      expected.map((each) => ({ role: 'user', content: typeof each === 'string' ? each : '' })),
    )
  })

  test.each([
    [undefined, 'prompt', 'missing_required_parameter'],
    [5, 'prompt', 'invalid_type'],
    [[], 'prompt', 'invalid_value'],
    [['a', 5], 'prompt[1]', 'invalid_type'],
    [[1, 'a'], 'prompt[1]', 'invalid_type'],
    [[1, -1], 'prompt[1]', 'invalid_type'],
    [[[1], 'a'], 'prompt[1]', 'invalid_type'],
    [[[1], []], 'prompt[1]', 'invalid_value'],
    [[[1], [1, 1.5]], 'prompt[1][1]', 'invalid_type'],
    [[{}], 'prompt[0]', 'invalid_type'],
  ])('not %j', async (prompt, param, code) => {
    expect(await faultOf(() => read({ prompt }))).toMatchObject({ status: 400, param, code })
  })
})

describe('fields', () => {
  test('are honoured', () => {
    const { request } = read({
      max_tokens: 0,
      logprobs: 2,
      stop: ['a'],
      n: 2,
      best_of: 2,
      suffix: '',
      seed: 1,
      other: true,
    })
    expect(request).toMatchObject({
      maxOutputTokens: 0,
      logprobs: { top: 2 },
      stop: ['a'],
      n: 2,
      seed: 1,
      stream: false,
      extra: { other: true },
    })
    expect(read({ logprobs: 0 }).request.logprobs).toEqual({ top: 0 })
  })

  test.each([
    [{ suffix: 'end' }, 'suffix'],
    [{ best_of: 3 }, 'best_of'],
    [{ best_of: 3, n: 2 }, 'best_of'],
  ])('or refused: %j', async (fields, param) => {
    expect(await faultOf(() => read(fields))).toMatchObject({ status: 400, param, code: 'unsupported_parameter' })
  })
})

const base = {
  id: expect.stringMatching(/^cmpl-/),
  object: 'text_completion',
  created: 1_700_000_000,
  model: 'gpt-4o-2024',
}
const chunk = (text: string, reason: string | null = null) => ({
  ...base,
  choices: [{ text, index: 0, logprobs: null, finish_reason: reason }],
})

describe('streams', () => {
  const plain = read({ stream: true })
  const counted = read({ stream: true, stream_options: { include_usage: true } })

  test('a text: the reason stands at the end alone', () => {
    const chunks = dataOf(streamed(plain, answers.text))
    expect(chunks).toEqual([chunk('Hé'), chunk('llo 👋\n'), chunk(' "wörld"'), chunk('', 'stop'), '[DONE]'])
  })

  test('usage, choices, errors', () => {
    expect(checkCompletionStream(streamed(counted, twoChoices))).toMatchObject({
      choices: [
        { text: 'A1A2', finishReason: 'stop' },
        { text: 'B1B2', finishReason: 'length' },
      ],
      usage: { total_tokens: 12 },
    })
    expect(streamed(plain, answers.text)).not.toContain('usage')
    const broken = streamed(plain, [...brokenOff, { type: 'finish' }])
    expect(checkCompletionStream(broken)).toMatchObject({ text: 'Once upon', error: { code: 'upstream_disconnected' } })
    expect(broken).not.toContain('[DONE]')
    expect(dataOf(streamed(plain, failedAtOnce))).toHaveLength(1)
  })

  test.each(Object.entries(answers))('%s keeps the grammar', (_name, events) => {
    expect(checkCompletionStream(streamed(counted, events)).usage?.total_tokens).toBe(12)
  })

  test('echo: each choice begins with its own prompt', () => {
    const echoed = read({ stream: true, prompt: ['P', 'Q'], echo: true, n: 1 })
    expect(echoed.translated).toBe(true)
    expect(echoed.request.extra).toEqual({})
    expect(checkCompletionStream(streamed(echoed, twoChoices)).choices.map(({ text }) => text)).toEqual([
      'PA1A2',
      'QB1B2',
    ])
    expect(checkCompletionStream(streamed(echoed, answers.empty)).text).toBe('P')
    const several = read({ stream: true, prompt: ['P', 'Q'], echo: true, n: 2 })
    expect(checkCompletionStream(streamed(several, twoChoices)).choices.map(({ text }) => text)).toEqual([
      'PA1A2',
      'PB1B2',
    ])
  })

  test('echo of tokens is for the upstream to do', () => {
    const echoed = read({ prompt: [1, 2], echo: true })
    expect(echoed).toMatchObject({ translated: false, request: { extra: { echo: true } } })
    expect(completed(echoed, answers.text)).toMatchObject({ choices: [{ text: 'Héllo 👋\n "wörld"' }] })
    expect(read({ echo: true, logprobs: 1 }).request.extra).toEqual({ echo: true })
  })

  test('log probabilities in the legacy form, whatever the upstream’s', () => {
    const [first, second] = dataOf(streamed(plain, answers.logprobs))
    const logprobs = { tokens: ['Hi'], token_logprobs: [-0.5], top_logprobs: [{ Hi: -0.5 }] }
    expect(first).toMatchObject({ choices: [{ logprobs: { ...logprobs, text_offset: [0] } }] })
    expect(second).toMatchObject({ choices: [{ logprobs: { ...logprobs, text_offset: [2] } }] })
    const legacy = { tokens: ['x'], token_logprobs: [-1], top_logprobs: [], text_offset: [9] }
    const event: StreamEvent = { type: 'text-delta', choice: 0, delta: 'x', logprobs: legacy }
    const [start, , ...end] = answers.cutShort
    expect(dataOf(streamed(plain, [start, event, ...end]))[0]).toMatchObject({ choices: [{ logprobs: legacy }] })
  })

  test('what the upstream says beyond the events', () => {
    const raw: StreamEvent = {
      type: 'raw',
      format: 'completions',
      value: { system_fingerprint: 'fp', choices: [{ index: 0, stop_reason: 7 }] },
    }
    const [start, ...body] = answers.cutShort
    const chunks = dataOf(streamed(plain, [start, raw, ...body]))
    expect(chunks[0]).toMatchObject({ system_fingerprint: 'fp', choices: [{ text: '', stop_reason: 7 }] })
    expect(chunks[1]).toMatchObject({ system_fingerprint: 'fp', choices: [{ text: 'Once' }] })
  })
})

describe('whole answers', () => {
  test('choices, usage, echo', () => {
    expect(completed(read({ echo: true, prompt: ['P', 'Q'] }), twoChoices)).toEqual({
      ...base,
      choices: [
        { text: 'PA1A2', index: 0, logprobs: null, finish_reason: 'stop' },
        { text: 'QB1B2', index: 1, logprobs: null, finish_reason: 'length' },
      ],
      usage: expect.objectContaining({ total_tokens: 12 }),
    })
    expect(completed(read({}), [...brokenOff, { type: 'finish' }])).toBeUndefined()
  })

  test('log probabilities are joined', () => {
    expect(completed(read({}), answers.logprobs)).toMatchObject({
      choices: [{ logprobs: { tokens: ['Hi', 'Hi'], token_logprobs: [-0.5, -0.5], text_offset: [0, 2] } }],
    })
  })
})

test.skipIf(!hasSchemas)('answers are what OpenAI’s schema says (skipped where ../shared/fixtures is absent)', () => {
  for (const events of [...Object.values(answers), twoChoices]) {
    const answer = completed(read({ echo: true }), events)
    expect(schemaFaults('CreateCompletionResponse', answer), JSON.stringify(answer)).toEqual([])
    // The schema is of the whole answer: OpenAI's own chunks have reasons and usage that are null.
    for (const each of dataOf(streamed(read({ stream: true }), events)).slice(0, -1)) {
      const json = JSON.stringify(each).replace('"finish_reason":null', '"finish_reason":"stop"')
      expect(schemaFaults('CreateCompletionResponse', JSON.parse(json)), json).toEqual([])
    }
  }
  expect(schemaFaults('CreateCompletionResponse', { id: 'x' })).not.toEqual([])
})
