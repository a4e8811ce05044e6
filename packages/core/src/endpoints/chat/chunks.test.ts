import { describe, expect, test } from 'vitest'
import {
  answers,
  brokenOff,
  dataOf,
  encoded,
  failedAtOnce,
  failure,
  streamed,
  twoChoices,
} from '../../testing/answers.test.fixture.ts'
import { checkChatStream } from '../../testing/stream-grammar.ts'
import { chatCompletions } from '../chat-completions.ts'
import { hasSchemas, schemaFaults } from '../openai-schema.test.fixture.ts'

const messages = [{ role: 'user', content: 'Hello' }]
const plain = chatCompletions.parse({ model: 'gpt-4o', messages, stream: true })
const counted = chatCompletions.parse({
  model: 'gpt-4o',
  messages,
  stream: true,
  stream_options: { include_usage: true },
})

const base = { id: 'chatcmpl-up1', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'gpt-4o-2024' }
const rest = { logprobs: null, finish_reason: null }
const choice = (delta: object, more: object = rest): object => ({ ...base, choices: [{ index: 0, delta, ...more }] })

test('a text, chunk by chunk', () => {
  expect(dataOf(streamed(plain, answers.text))).toEqual([
    choice({ role: 'assistant', content: '', refusal: null }),
    choice({ content: 'Hé' }),
    choice({ content: 'llo 👋\n' }),
    choice({ content: ' "wörld"' }),
    choice({}, { logprobs: null, finish_reason: 'stop' }),
    '[DONE]',
  ])
})

test('a call alone: its first delta has the role and no content', () => {
  const first = { index: 0, id: 'call_a', type: 'function', function: { name: 'weather', arguments: '' } }
  expect(dataOf(streamed(plain, answers.call))).toEqual([
    choice({ role: 'assistant', content: null, tool_calls: [first], refusal: null }),
    choice({ tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] }),
    choice({ tool_calls: [{ index: 0, function: { arguments: '"Gö"}' } }] }),
    choice({}, { logprobs: null, finish_reason: 'tool_calls' }),
    '[DONE]',
  ])
})

test('what the upstream says of a call goes in the chunks of the call, which are whole without it', () => {
  const [start, ...body] = answers.call
  const events = body.map((event) => {
    if (event.type === 'tool-call-start') return { ...event, extra: { extra_content: { google: 1 } } }
    return event.type === 'tool-call-delta' ? { ...event, extra: { later: true } } : event
  })
  const chunks = dataOf(streamed(plain, [start, ...events]))
  expect(chunks[0]).toMatchObject({
    choices: [
      {
        delta: {
          tool_calls: [
            { index: 0, id: 'call_a', function: { name: 'weather', arguments: '' }, extra_content: { google: 1 } },
          ],
        },
      },
    ],
  })
  const called = { index: 0, function: { arguments: '{"city":' }, later: true }
  expect(chunks[1]).toMatchObject({ choices: [{ delta: { tool_calls: [called] } }] })
})

test('usage only where it was asked for, and then null before', () => {
  expect(streamed(plain, answers.text)).not.toContain('usage')
  const chunks = dataOf(streamed(counted, answers.text))
  expect(chunks.at(-2)).toEqual({
    ...base,
    choices: [],
    usage: {
      prompt_tokens: 7,
      completion_tokens: 5,
      total_tokens: 12,
      prompt_tokens_details: { cached_tokens: 2 },
      completion_tokens_details: { reasoning_tokens: 1 },
    },
  })
  for (const chunk of chunks.slice(0, -2)) expect(chunk).toHaveProperty('usage', null)
})

test('an event that comes alone goes out alone, in its own turn', () => {
  const texts = encoded(plain, 'stream', answers.text)
  // The first content brings the chunk with the role along; usage was not asked for.
  expect(texts.map((text) => dataOf(text).length)).toEqual([2, 1, 1, 1, 1])
})

test('an error ends the stream with one frame and no [DONE]', () => {
  const stream = streamed(plain, [...brokenOff, { type: 'finish' }, ...brokenOff])
  expect(dataOf(stream).at(-1)).toEqual({
    error: { message: failure.message, type: 'upstream_error', param: null, code: 'upstream_disconnected' },
  })
  expect(stream).not.toContain('[DONE]')
  expect(checkChatStream(stream)).toMatchObject({ text: 'Once upon', error: { code: 'upstream_disconnected' } })
  expect(dataOf(streamed(plain, failedAtOnce))).toHaveLength(1)
})

test('choices keep their own index, role and reason', () => {
  expect(checkChatStream(streamed(counted, twoChoices)).choices).toMatchObject([
    { text: 'A1A2', finishReason: 'stop' },
    { text: 'B1B2', finishReason: 'length' },
  ])
})

test('reasoning, refusals and log probabilities', () => {
  expect(checkChatStream(streamed(plain, answers.reasoning))).toMatchObject({ text: '42', reasoning: 'Let me think.' })
  expect(checkChatStream(streamed(plain, answers.refusal))).toMatchObject({ text: '', refusal: 'I can’t.' })
  const [, second] = dataOf(streamed(plain, answers.logprobs))
  expect(second).toMatchObject({ choices: [{ logprobs: { content: [{ token: 'Hi' }], refusal: null } }] })
})

describe('ids', () => {
  const idOf = (id: string): string =>
    checkChatStream(streamed(plain, [{ type: 'start', id, model: '', created: 1 }, ...answers.empty.slice(1)])).id

  test('of the upstream are kept where they have the form, else made once', () => {
    expect(idOf('chatcmpl-x')).toBe('chatcmpl-x')
    expect(idOf('019589c29a88')).toMatch(/^chatcmpl-[0-9a-f]{24}$/)
    expect(idOf('')).not.toBe(idOf(''))
  })

  test('a call without an id gets one; a model without a name the one that was asked for', () => {
    const events = answers.call.map((event) => (event.type === 'tool-call-start' ? { ...event, id: '' } : event))
    expect(checkChatStream(streamed(plain, events)).toolCalls[0]?.id).toMatch(/^call_/)
    const nameless = answers.text.map((event) => (event.type === 'start' ? { ...event, model: '' } : event))
    expect(checkChatStream(streamed(plain, nameless)).model).toBe('gpt-4o')
  })
})

describe('what the upstream says beyond the events', () => {
  const raw = (value: Record<string, unknown>, format = 'chat-completions') => ({ type: 'raw' as const, format, value })
  const [start, ...body] = answers.text

  test('plain fields stay on every later chunk', () => {
    const chunks = dataOf(streamed(plain, [start, raw({ system_fingerprint: 'fp_1', id: 'no', choices: [] }), ...body]))
    for (const chunk of chunks.slice(0, -1))
      expect(chunk).toMatchObject({ system_fingerprint: 'fp_1', id: 'chatcmpl-up1' })
  })

  test('fields of a choice get a chunk of their own; others are said once', () => {
    const value = {
      timings: { ms: 3 },
      choices: [
        { index: 0, content_filter_results: { hate: {} }, delta: { annotations: [1], content: 'no', role: 'no' } },
      ],
    }
    const stream = streamed(plain, [start, ...body.slice(0, 1), raw(value), ...body.slice(1)])
    const chunks = dataOf(stream)
    expect(chunks[2]).toEqual({ ...base, timings: { ms: 3 }, choices: [] })
    expect(chunks[3]).toEqual(choice({ annotations: [1] }, { ...rest, content_filter_results: { hate: {} } }))
    expect(stream.match(/timings/g)).toHaveLength(1)
    expect(checkChatStream(stream).text).toBe('Héllo 👋\n "wörld"')
  })

  test('frames of another format, and a prototype, are left out', () => {
    const value = JSON.parse('{"__proto__":{"x":1},"choices":[{"index":0,"delta":{"__proto__":{"x":1}}}]}')
    expect(streamed(plain, [start, raw({ other: 1 }, 'completions'), raw(value), ...body])).toBe(
      streamed(plain, answers.text),
    )
  })
})

describe('forms that the client alone knows', () => {
  test('legacy functions', () => {
    const functions = [{ name: 'weather' }]
    const legacy = chatCompletions.parse({ model: 'm', messages, stream: true, functions, function_call: 'auto' })
    const summary = checkChatStream(streamed(legacy, answers.interleavedCalls))
    expect(summary).toMatchObject({
      functionCall: { name: 'weather', arguments: '{"city":"A"}' },
      toolCalls: [],
      finishReason: 'function_call',
    })
  })

  test('custom tools', () => {
    const tools = [{ type: 'custom', custom: { name: 'patch' } }]
    const custom = chatCompletions.parse({ model: 'm', messages, stream: true, tools })
    const [start] = answers.call
    const stream = streamed(custom, [
      start,
      { type: 'tool-call-start', choice: 0, index: 0, id: 'call_p', name: 'patch' },
      { type: 'tool-call-delta', choice: 0, index: 0, delta: '{"inp' },
      { type: 'tool-call-delta', choice: 0, index: 0, delta: 'ut":"a\\nb"}' },
      { type: 'tool-call-end', choice: 0, index: 0 },
      { type: 'choice-end', choice: 0, reason: 'tool-calls' },
      { type: 'finish' },
    ])
    expect(checkChatStream(stream).toolCalls).toEqual([
      { id: 'call_p', type: 'custom', name: 'patch', arguments: 'a\nb' },
    ])
  })
})

test.each(Object.entries({ ...answers, twoChoices }))('%s keeps the grammar', (_name, events) => {
  expect(() => checkChatStream(streamed(plain, events))).not.toThrow()
  expect(checkChatStream(streamed(counted, events)).usage?.total_tokens).toBe(12)
})

test.skipIf(!hasSchemas)(
  'every chunk is what OpenAI’s schema says (skipped where ../shared/fixtures is absent)',
  () => {
    for (const events of [...Object.values(answers), twoChoices]) {
      for (const chunk of dataOf(streamed(counted, events)).slice(0, -1)) {
        expect(schemaFaults('CreateChatCompletionStreamResponse', chunk), JSON.stringify(chunk)).toEqual([])
      }
    }
    expect(schemaFaults('ErrorResponse', dataOf(streamed(plain, failedAtOnce))[0])).toEqual([])
  },
)
