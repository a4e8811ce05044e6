import { describe, expect, test } from 'vitest'
import { ending } from '../../pipeline/ending.ts'
import { checkEventGrammar } from '../../testing/event-grammar.ts'
import { everySplit } from '../../testing/every-split.ts'
import { answered, decoded, errorOf, textOf, withoutMade } from '../decoded.test.support.ts'
import { decodeResponse } from './decode-response.ts'

const origin = 'https://argo.test'
const readChunks = (chunks: Iterable<string | Uint8Array>) =>
  answered(decodeResponse('gpt-4o', origin), chunks, ending({ outcome: 'complete', done: false }, 0, 'gpt-4o'))
const read = (body: unknown) => readChunks([typeof body === 'string' ? body : JSON.stringify(body)])

describe('the complete answer', () => {
  test('is the text of `response`, whole at every split', () => {
    for (const chunks of everySplit(JSON.stringify({ response: 'λ 日本 🔬' }))) {
      const events = readChunks(chunks)
      checkEventGrammar(events)
      expect(textOf(events)).toBe('λ 日本 🔬')
    }
  })

  test('ends by itself: the object is closed', () => {
    const events = decoded(decodeResponse('gpt-4o', origin), ['{"response":"ok"}'])
    expect(withoutMade(events)).toEqual([
      { type: 'start', model: 'gpt-4o' },
      { type: 'text-delta', choice: 0, delta: 'ok' },
      { type: 'finish' },
    ])
  })

  test('may be empty', () => {
    expect(read({ response: '' }).map(({ type }) => type)).toEqual(['start', 'choice-end', 'finish'])
  })

  test.each([
    [
      'OpenAI',
      (name: string) => ({ id: 'call_1', type: 'function', function: { name, arguments: '{"a":1}' } }),
      'call_1',
    ],
    ['Anthropic', (name: string) => ({ id: 'toolu_1', input: { a: 1 }, name, type: 'tool_use' }), 'toolu_1'],
    ['Google', (name: string) => ({ id: null, args: { a: 1 }, name }), expect.stringMatching(/^call_\w{24}$/)],
  ])('reads tool calls in the form of %s', (_vendor, call, id) => {
    const events = read({ response: { content: null, tool_calls: [call('add'), call('sub')] } })
    checkEventGrammar(events)
    expect(withoutMade(events)).toEqual([
      { type: 'start', model: 'gpt-4o' },
      { type: 'tool-call-start', choice: 0, index: 0, id, name: 'add' },
      { type: 'tool-call-delta', choice: 0, index: 0, delta: '{"a":1}' },
      { type: 'tool-call-end', choice: 0, index: 0 },
      { type: 'tool-call-start', choice: 0, index: 1, id, name: 'sub' },
      { type: 'tool-call-delta', choice: 0, index: 1, delta: '{"a":1}' },
      { type: 'tool-call-end', choice: 0, index: 1 },
      { type: 'choice-end', choice: 0, reason: 'tool-calls' },
      { type: 'finish' },
    ])
  })

  test('keeps text beside tool calls, and text in blocks', () => {
    const call = { id: 'c', name: 'f', input: {} }
    expect(textOf(read({ response: { content: 'Let me see.', tool_calls: [call] } }))).toBe('Let me see.')
    expect(textOf(read({ response: { content: [{ type: 'text', text: 'Block' }], tool_calls: [] } }))).toBe('Block')
  })

  test('keeps what is no call as a raw event', () => {
    const events = read({ response: { content: 'x', tool_calls: [{ weird: 1 }] } })
    expect(events).toContainEqual({ type: 'raw', format: 'argo', value: { weird: 1 } })
  })
})

describe('an answer that is none', () => {
  test.each([
    ['nothing', '', /nothing at all/],
    ['a page', '<html><head><script>x()</script><title>Busy</title></head><body>Try later</body></html>', /Busy/],
    ['plain text', 'upstream connect error', /upstream connect error/],
    ['cut JSON', '{"response": "Hel', /Hel/],
    ['null', { response: null }, /null/],
    ['another object', { answer: 'x' }, /answer/],
    ['a list', [], /\[\]/],
  ])('is an error that shows what came: %s', (_what, body, message) => {
    const error = errorOf(read(body))
    expect(error).toMatchObject({
      code: 'upstream_invalid_answer',
      status: 502,
      message: expect.stringMatching(message),
    })
  })

  test('shows no more than a line of it', () => {
    const error = errorOf(read('x\u0007\n'.repeat(5_000)))
    expect(error.message.length).toBeLessThan(250)
    expect(error.message).not.toMatch(/\p{Cc}/u)
  })

  test('tells the vendor’s error that came with status 200', () => {
    const body = { error: { message: "Error code: 400 - {'error': {'message': 'too long', 'param': 'messages'}}" } }
    expect(errorOf(read(body))).toMatchObject({ status: 400, message: 'too long', param: 'messages' })
    expect(errorOf(read({ error: 'overloaded' }))).toMatchObject({ status: 502 })
  })

  test.each([
    { response: '⚠️ AUTHENTICATION NOTICE FROM ARGO' },
    { response: { content: 'Important authentication notice from ARGO' } },
  ])('is the notice to unknown accounts: %j', (body) => {
    expect(errorOf(read(body))).toMatchObject({ status: 401, code: 'unknown_account' })
  })
})
