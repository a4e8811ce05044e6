import { type ChatRequest, type FinishReason, ProxyError, type StreamEvent } from 'argo-proxy'
import { optionFaults, type PluginTest, runPlugin } from 'argo-proxy/testing'
import { describe, expect, test } from 'vitest'
import tools, { type Dialect, registerDialect } from './index.ts'

const add = {
  name: 'add',
  description: 'Adds.',
  parameters: { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'], additionalProperties: false },
}
const request: Partial<ChatRequest> = { tools: [add] }
const callText = '<tool_call>{"name": "add", "arguments": {"a": 1}}</tool_call>'
const wrongText = '<tool_call>{"name": "add", "arguments": {"a": "x"}}</tool_call>'
const native = { kind: 'openai', nativeTools: true, nativeResponseFormat: true } as const

/** What the client sees of an answer, in short. */
async function run(test: PluginTest) {
  const { events, text, error, exchange, vote, request } = await runPlugin(tools, test)
  const calls: { name: string; arguments: string }[] = []
  const ids = new Set<string>()
  for (const event of events) {
    if (event.type === 'tool-call-start') {
      expect(event.index).toBe(calls.length)
      expect(event.id).toMatch(/^(call|toolu)_\w+$/)
      ids.add(event.id)
      calls.push({ name: event.name, arguments: '' })
    } else if (event.type === 'tool-call-delta') {
      const call = calls[event.index]
      if (call) call.arguments += event.delta
    }
  }
  expect(ids.size).toBe(calls.length)
  const reasons = events.flatMap((event) => (event.type === 'choice-end' ? [event.reason] : []))
  const usage = events.find((event) => event.type === 'usage')
  return { text, calls, reasons, usage, error: error?.code, message: error?.message, exchange, vote, request, events }
}

function answer(text: string, reason: FinishReason = 'stop'): StreamEvent[] {
  return [
    { type: 'start', id: 'answer', model: 'm', created: 0 },
    { type: 'text-delta', choice: 0, delta: text },
    { type: 'choice-end', choice: 0, reason },
    { type: 'usage', inputTokens: 10, outputTokens: 5 },
    { type: 'finish' },
  ]
}

function nativeAnswer(args: string, count = 1): StreamEvent[] {
  const calls = Array.from({ length: count }, (_each, index): StreamEvent[] => [
    { type: 'tool-call-start', choice: 0, index, id: `call_${index}`, name: 'add' },
    { type: 'tool-call-delta', choice: 0, index, delta: args },
    { type: 'tool-call-end', choice: 0, index },
  ])
  return [
    { type: 'start', id: 'answer', model: 'm', created: 0 },
    ...calls.flat(),
    { type: 'choice-end', choice: 0, reason: 'tool-calls' },
    { type: 'finish' },
  ]
}

/** `status`: what the client would get, where that is not the upstream's own. */
function refusal(upstreamStatus: number, status = upstreamStatus): StreamEvent[] {
  const told = { code: 'refused', type: 'invalid_request_error', message: 'No tools here.' } as const
  return [{ type: 'error', error: new ProxyError({ ...told, status, upstreamStatus }) }]
}

/** The same answer, cut or filtered by the upstream. */
function endedBy(reason: FinishReason, events: StreamEvent[]): StreamEvent[] {
  return events.map((event) => (event.type === 'choice-end' ? { ...event, reason } : event))
}

describe('the vote', () => {
  test('forces pseudo where tools are declared', async () => {
    expect((await run({ request })).vote).toEqual({
      mode: 'pseudo',
      force: true,
      because: 'the request declares tools',
    })
  })

  test('forces real where tools are live', async () => {
    expect((await run({ request, options: { live: true } })).vote).toMatchObject({ mode: 'real', force: true })
  })

  test('is silent where nothing may be called', async () => {
    expect((await run({})).vote).toBeUndefined()
    expect((await run({ request: { tools: [] } })).vote).toBeUndefined()
    expect((await run({ request: { ...request, toolChoice: { type: 'none' } } })).vote).toBeUndefined()
  })

  test('wishes for pseudo where the form of the answer is checked', async () => {
    const { vote } = await run({ request: { responseFormat: { type: 'json-object' } }, answer: '{}' })
    expect(vote).toMatchObject({ mode: 'pseudo' })
    expect(vote?.force).toBeUndefined()
  })
})

describe('prompted tools', () => {
  test('become calls, and the finish reason with them', async () => {
    const result = await run({
      request,
      answer: ['Sure: <tool', '_call>{"name": "add", "arguments": {"a": 1}}</tool_call> ok'],
    })
    expect(result).toMatchObject({
      text: 'Sure:  ok',
      calls: [{ name: 'add', arguments: '{"a": 1}' }],
      reasons: ['tool-calls'],
    })
    expect(result.request.tools).toBeUndefined()
  })

  test('that are not called leave the answer as it is', async () => {
    const result = await run({ request, answer: answer('Nothing to add.', 'length') })
    expect(result).toMatchObject({ text: 'Nothing to add.', calls: [], reasons: ['length'] })
  })

  test('keep the very events of a text, with their log probabilities', async () => {
    const event: StreamEvent = { type: 'text-delta', choice: 0, delta: 'Hi', logprobs: { content: [] } }
    const given = answer('x').with(1, event)
    expect((await run({ request, answer: given })).events).toEqual(given)
  })

  test('that were cut are text, and the reason stays', async () => {
    const cut = callText.slice(0, 40)
    expect(await run({ request, answer: answer(cut, 'length') })).toMatchObject({
      text: cut,
      calls: [],
      reasons: ['length'],
    })
    const xml = '<tool_call><function=add><parameter=a>1</parameter>'
    expect(await run({ request, answer: answer(xml, 'length') })).toMatchObject({ text: xml, calls: [] })
    expect(await run({ request, answer: answer(xml, 'stop') })).toMatchObject({
      text: '',
      calls: [{ arguments: '{"a": 1}' }],
    })
  })

  test.each(['length', 'content-filter'] as const)(
    'before the upstream says `%s` do not change that',
    async (reason) => {
      const result = await run({ request, answer: answer(`${callText} and then I wan`, reason) })
      expect(result).toMatchObject({ calls: [{ name: 'add' }], reasons: [reason] })
    },
  )

  test('have ids of their own, though the model gives all the same', async () => {
    const written = "{'id': 'toolu_01', 'input': {'a': 2}, 'name': 'add', 'type': 'tool_use', 'cache_control': None}"
    const result = await run({ request, answer: `${written}\n${written}` })
    // The helper counts them.
    expect(result.calls).toHaveLength(2)
  })

  test('in a list that was cut: the whole ones are calls, the rest is text', async () => {
    const rest = ', {"name": "ad'
    const list = `[TOOL_CALLS] [{"name": "add", "arguments": {"a": 1}}${rest}`
    expect(await run({ request, answer: list })).toMatchObject({ calls: [{ arguments: '{"a": 1}' }], text: rest })
  })

  test('are called once where parallel calls are off', async () => {
    const result = await run({ request: { ...request, parallelToolCalls: false }, answer: `${callText}a${callText}b` })
    expect(result).toMatchObject({ text: 'ab', calls: [{ name: 'add' }], reasons: ['tool-calls'] })
    expect(result.calls).toHaveLength(1)
  })

  test('that were not offered stay text, or pass', async () => {
    const other = callText.replace('add', 'other')
    expect(await run({ request, answer: other })).toMatchObject({ text: other, calls: [], reasons: ['stop'] })
    expect(await run({ request, answer: other, options: { unknown_tool: 'pass' } })).toMatchObject({
      calls: [{ name: 'other' }],
    })
    const restricted: Partial<ChatRequest> = {
      tools: [add, { name: 'other' }],
      toolChoice: { type: 'allowed', mode: 'auto', names: ['add'] },
    }
    expect(await run({ request: restricted, answer: other })).toMatchObject({ text: other, calls: [] })
  })

  test('are counted for each choice by itself', async () => {
    const events = answer('').toSpliced(
      1,
      2,
      ...[0, 1, 2].flatMap((choice): StreamEvent[] => [
        { type: 'text-delta', choice, delta: choice === 1 ? 'no' : callText },
        { type: 'choice-end', choice, reason: 'stop' },
      ]),
    )
    const result = await runPlugin(tools, { request: { ...request, n: 3 }, answer: events })
    const starts = result.events.filter((event) => event.type === 'tool-call-start')
    expect(starts.map(({ choice, index }) => [choice, index])).toEqual([
      [0, 0],
      [2, 0],
    ])
    const ends = result.events.filter((event) => event.type === 'choice-end')
    expect(ends.map(({ reason }) => reason)).toEqual(['tool-calls', 'stop', 'tool-calls'])
  })

  test('pass an error on', async () => {
    expect(await run({ request, answer: refusal(500) })).toMatchObject({ error: 'refused', calls: [] })
  })
})

describe('live tools', () => {
  test('that are cut end in `length`', async () => {
    const result = await run({
      request,
      options: { live: true },
      answer: ['a<tool_call>{"name": "add", "arguments": {"a"', ': 1'],
    })
    expect(result).toMatchObject({ text: 'a', calls: [{ name: 'add', arguments: '{"a": 1' }], reasons: ['length'] })
  })

  test('that are malformed end in an error', async () => {
    const result = await run({
      request,
      options: { live: true },
      answer: ['<tool_call>{"name": "add", "arguments": {"a": ', 'oops}} x'],
    })
    expect(result).toMatchObject({ error: 'tool_call_malformed', reasons: [] })
  })

  test('that must be valid are held, while the text goes on', async () => {
    const given = ['So: ', wrongText]
    const result = await run({
      request,
      options: { live: true, validate: 'retry' },
      answer: given,
      ask: () => `again ${callText}`,
    })
    expect(result).toMatchObject({ text: 'So: ', calls: [{ arguments: '{"a": 1}' }], reasons: ['tool-calls'] })
  })
})

describe('arguments that do not fit the schema', () => {
  const retry = { validate: 'retry' }

  test('pass where nothing is validated', async () => {
    expect(await run({ request, answer: wrongText })).toMatchObject({ calls: [{ arguments: '{"a": "x"}' }] })
  })

  test('are asked for once more, with the fault named', async () => {
    const result = await run({
      request,
      options: retry,
      answer: answer(`Well. ${wrongText}`),
      ask: () => answer(`Sorry. ${callText}`),
    })
    expect(result).toMatchObject({ text: 'Sorry. ', calls: [{ arguments: '{"a": 1}' }], reasons: ['tool-calls'] })
    expect(result.usage).toEqual({ type: 'usage', inputTokens: 20, outputTokens: 10 })
    const [asked] = result.exchange.asked
    expect(asked).toMatchObject({ n: 1, stream: false })
    expect(asked?.tools).toBeUndefined()
    const turn = JSON.stringify(asked?.messages.slice(-3))
    expect(turn).toContain('/a must be integer')
    expect(turn).toContain('<tool_call>')
  })

  test('pass when asking again did not help', async () => {
    const result = await run({
      request,
      options: { ...retry, max_retries: 2 },
      answer: wrongText,
      ask: () => wrongText,
    })
    expect(result).toMatchObject({ calls: [{ arguments: '{"a": "x"}' }], reasons: ['tool-calls'] })
    expect(result.exchange.asked).toHaveLength(2)
  })

  test('of a strict tool are an error then', async () => {
    const strict = { tools: [{ ...add, strict: true }] }
    const result = await run({ request: strict, answer: wrongText, ask: () => wrongText })
    expect(result).toMatchObject({ error: 'tool_arguments_invalid', calls: [] })
    expect(result.message).toContain('/a must be integer')
    expect(await run({ request: strict, answer: wrongText, ask: () => callText })).toMatchObject({
      calls: [{ arguments: '{"a": 1}' }],
    })
    expect(
      (await run({ request: strict, answer: wrongText, options: { max_retries: 0 } })).exchange.asked,
    ).toHaveLength(0)
  })

  test('are not looked at where the schema makes no sense', async () => {
    const odd = { tools: [{ name: 'add', parameters: { type: 'nonsense' }, strict: true }] }
    const result = await run({ request: odd, answer: wrongText })
    expect(result).toMatchObject({ calls: [{ arguments: '{"a": "x"}' }] })
    expect(result.exchange.logged.map(({ level, message }) => [level, message])).toContainEqual([
      'debug',
      expect.stringContaining('the tool "add"'),
    ])
  })

  test('pass where checking them takes too long', async () => {
    const parameters = { type: 'object', properties: { a: { pattern: '^(a+)+$' } } }
    const text = `<tool_call>{"name": "add", "arguments": {"a": "${'a'.repeat(40)}!"}}</tool_call>`
    const result = await run({ request: { tools: [{ name: 'add', parameters, strict: true }] }, answer: text })
    expect(result).toMatchObject({ calls: [{ name: 'add' }], error: undefined })
    expect(result.exchange.logged).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('the tool "add"') }),
    )
  })

  test('of draft 2020-12 are understood', async () => {
    const tuple = {
      type: 'object',
      properties: { a: { type: 'array', prefixItems: [{ type: 'integer' }], items: false } },
    }
    const strict = {
      tools: [
        {
          name: 'add',
          strict: true,
          parameters: { $schema: 'https://json-schema.org/draft/2020-12/schema', ...tuple },
        },
      ],
    }
    const text = '<tool_call>{"name": "add", "arguments": {"a": [1, 2]}}</tool_call>'
    expect(await run({ request: strict, answer: text, ask: () => text })).toMatchObject({
      error: 'tool_arguments_invalid',
    })
  })

  test('in a call that cannot be read are asked for once more too', async () => {
    const broken = '<tool_call>{"name": "add", "arguments": {"a": one}}</tool_call>'
    expect(await run({ request, options: retry, answer: broken, ask: () => callText })).toMatchObject({
      text: '',
      calls: [{ name: 'add' }],
    })
    expect(await run({ request, options: retry, answer: broken, ask: () => broken })).toMatchObject({
      text: broken,
      calls: [],
    })
    expect(await run({ request, answer: broken, ask: () => callText })).toMatchObject({ text: broken, calls: [] })
  })
})

describe('a call that has to be made', () => {
  const required: Partial<ChatRequest> = { ...request, toolChoice: { type: 'required' } }

  test('is asked for once more', async () => {
    const result = await run({ request: required, answer: 'I will.', ask: () => callText })
    expect(result).toMatchObject({ text: '', calls: [{ name: 'add' }], reasons: ['tool-calls'] })
    expect(result.exchange.asked[0]?.messages.slice(-2)).toEqual([
      { role: 'assistant', content: 'I will.' },
      { role: 'user', content: expect.stringContaining('had to call a function') },
    ])
  })

  test('and not made then is an error', async () => {
    const named: Partial<ChatRequest> = { ...request, toolChoice: { type: 'tool', name: 'add' } }
    const result = await run({ request: named, answer: 'I will.', ask: () => 'I will not.' })
    expect(result).toMatchObject({ error: 'tool_call_missing', text: '', calls: [] })
    expect(result.message).toContain('"add"')
    expect(await run({ request: required, answer: 'I will.' })).toMatchObject({ error: 'tool_call_missing' })
  })

  test.each([
    ['cut', endedBy('length', answer('I wi'))],
    ['cut before it said a word', endedBy('length', answer(''))],
    ['filtered', endedBy('content-filter', answer('I'))],
    ['refused', answer('x').with(1, { type: 'refusal-delta', choice: 0, delta: 'I cannot.' })],
  ])('in an answer that was %s is not asked for: it says so itself', async (_how, events) => {
    const result = await run({ request: required, answer: events, ask: () => callText })
    expect(result.exchange.asked).toHaveLength(0)
    expect(result).toMatchObject({ error: undefined, calls: [] })
    expect(result.reasons).toEqual(events.flatMap((event) => (event.type === 'choice-end' ? [event.reason] : [])))
  })

  test('and was made is not asked for', async () => {
    expect((await run({ request: required, answer: callText })).exchange.asked).toHaveLength(0)
  })
})

describe('native tools', () => {
  test('pass, one where parallel calls are off', async () => {
    expect(await run({ request, upstream: native, answer: nativeAnswer('{"a": 1}', 2) })).toMatchObject({
      calls: [{ arguments: '{"a": 1}' }, { arguments: '{"a": 1}' }],
      reasons: ['tool-calls'],
    })
    const single = { ...request, parallelToolCalls: false }
    expect((await run({ request: single, upstream: native, answer: nativeAnswer('{}', 2) })).calls).toHaveLength(1)
  })

  test('and calls that leak into the text are both calls', async () => {
    const leak = "Look:{'id': 'toolu_01', 'input': {'a': 2}, 'name': 'add', 'type': 'tool_use', 'cache_control': None}"
    const events = nativeAnswer('{"a": 1}').toSpliced(1, 0, { type: 'text-delta', choice: 0, delta: leak })
    const result = await run({ request, upstream: native, answer: events })
    expect(result).toMatchObject({ text: 'Look:', calls: [{ arguments: '{"a": 2}' }, { arguments: '{"a": 1}' }] })
  })

  test.each(['length', 'content-filter'] as const)(
    'that the upstream ends with `%s` are told so, and not judged',
    async (reason) => {
      const cut = endedBy(reason, nativeAnswer('{"a": "b'))
      const strict = { tools: [{ ...add, strict: true }] }
      const result = await run({ request: strict, upstream: native, answer: cut, ask: () => nativeAnswer('{}') })
      expect(result).toMatchObject({ calls: [{ arguments: '{"a": "b' }], reasons: [reason], error: undefined })
      expect(result.exchange.asked).toHaveLength(0)
    },
  )

  test('whose arguments come in turns are judged each by itself', async () => {
    const start = (index: number): StreamEvent => {
      return { type: 'tool-call-start', choice: 0, index, id: `call_${index}`, name: 'add' }
    }
    const delta = (index: number, text: string): StreamEvent => {
      return { type: 'tool-call-delta', choice: 0, index, delta: text }
    }
    const [first, , , , ...rest] = nativeAnswer('')
    const inTurns = [start(0), start(1), delta(0, '{"a"'), delta(1, '{"a": '), delta(0, ': 1}'), delta(1, '2}')]
    const ends = [0, 1].map((index): StreamEvent => ({ type: 'tool-call-end', choice: 0, index }))
    const events = [...(first ? [first] : []), ...inTurns, ...ends, ...rest]
    const strict = { tools: [{ ...add, strict: true }] }
    const result = await run({ request: strict, upstream: native, answer: events })
    expect(result).toMatchObject({ calls: [{ arguments: '{"a": 1}' }, { arguments: '{"a": 2}' }], error: undefined })
  })

  test('keep what the upstream says of a call, also when it is asked again', async () => {
    const extra = { extra_content: { google: { thought_signature: 's' } } }
    const signed = (args: string, fields: object) =>
      nativeAnswer(args).map((event) => (event.type === 'tool-call-start' ? { ...event, extra: { ...fields } } : event))
    const result = await run({
      request: { tools: [{ ...add, strict: true }] },
      upstream: native,
      answer: signed('{"a": "x"}', extra),
      ask: () => signed('{"a": 1}', { later: true }),
    })
    const starts = result.events.filter(({ type }) => type === 'tool-call-start')
    expect(starts).toMatchObject([{ extra: { later: true } }])
    expect(result.exchange.asked[0]?.messages.at(-3)).toMatchObject({ toolCalls: [{ extra }] })
  })

  test.each([
    [400, 400],
    [404, 502],
    [405, 502],
    [500, 502],
    [501, 502],
  ])('that are refused with %i (%i to the client) are asked for in the prompt', async (upstreamStatus, status) => {
    const refused = refusal(upstreamStatus, status)
    const result = await run({ request, upstream: native, answer: refused, ask: () => `ok ${callText}` })
    expect(result).toMatchObject({ text: 'ok ', calls: [{ name: 'add' }], error: undefined })
  })

  test('that are refused are asked for with the stop sequences, which nobody else applies to that answer', async () => {
    const stop = ['END']
    const result = await run({ request: { ...request, stop }, upstream: native, answer: refusal(400), ask: () => 'a' })
    expect(result.request.stop).toEqual(stop)
    expect(result.exchange.asked[0]?.stop).toEqual(stop)
    const prompted = await run({ request: { ...request, stop }, answer: 'a' })
    expect(prompted.request.stop).toBeUndefined()
  })

  test('that are refused are asked for in the prompt, and the refusal is remembered', async () => {
    const result = await run({ request, upstream: native, answer: refusal(400), ask: () => `ok ${callText}` })
    expect(result).toMatchObject({ text: 'ok ', calls: [{ name: 'add' }], reasons: ['tool-calls'] })
    expect(result.exchange.asked[0]?.tools).toBeUndefined()
    expect(JSON.stringify(result.exchange.asked[0]?.messages)).toContain('# Functions')
  })

  test.each([401, 403, 429, 503])('that fail with %d fail', async (status) => {
    const result = await run({ request, upstream: native, answer: refusal(status), ask: () => callText })
    expect(result).toMatchObject({ error: 'refused' })
    expect(result.exchange.asked).toHaveLength(0)
  })

  test('that are refused, and prompted ones too, give the first error', async () => {
    const result = await run({ request, upstream: native, answer: refusal(400), ask: () => refusal(401) })
    expect(result).toMatchObject({ error: 'refused', message: 'No tools here.' })
  })

  test('are asked again in their own form', async () => {
    const strict = { tools: [{ ...add, strict: true }] }
    const result = await run({
      request: strict,
      upstream: native,
      answer: nativeAnswer('{"a": "x"}'),
      ask: () => nativeAnswer('{"a": 1}'),
    })
    expect(result).toMatchObject({ calls: [{ arguments: '{"a": 1}' }] })
    const asked = result.exchange.asked[0]
    expect(asked?.tools).toHaveLength(1)
    expect(asked?.messages.slice(-3)).toMatchObject([
      { role: 'assistant', toolCalls: [{ id: 'call_0' }] },
      { role: 'tool', toolCallId: 'call_0', content: expect.stringContaining('/a must be integer') },
      { role: 'user' },
    ])
  })
})

describe('native tools that are live', () => {
  test('pass while they are written, also where the upstream cuts them off', async () => {
    const cut = nativeAnswer('{"a": ').with(-2, { type: 'choice-end', choice: 0, reason: 'length' })
    const error = refusal(502)
    const broken = [...nativeAnswer('{"a": ').slice(0, 3), ...error]
    const live = { request, upstream: native, options: { live: true } }
    expect(await run({ ...live, answer: cut })).toMatchObject({ calls: [{ arguments: '{"a": ' }], reasons: ['length'] })
    expect(await run({ ...live, answer: broken })).toMatchObject({ calls: [{ arguments: '{"a": ' }], error: 'refused' })
  })

  test('are not asked for again once the answer has begun', async () => {
    const begun = [...nativeAnswer('{"a": ').slice(0, 3), ...refusal(500)]
    const result = await run({ request, upstream: native, answer: begun, ask: () => callText })
    expect(result).toMatchObject({ error: 'refused' })
    expect(result.exchange.asked).toHaveLength(0)
  })
})

describe('structured output', () => {
  const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
  const request: Partial<ChatRequest> = { responseFormat: { type: 'json-schema', name: 'place', schema } }

  test.each([
    ['plain', '{"city": "Chicago"}'],
    ['fenced', '```json\n{"city": "Chicago"}\n```'],
    ['fenced in prose', 'Here it is:\n\n```\n{"city": "Chicago"}\n```\nEnjoy.'],
    ['with white space', '\n  {"city": "Chicago"}\n'],
  ])('comes without what is around it: %s', async (_what, text) => {
    expect(await run({ request, answer: [text.slice(0, 9), text.slice(9)] })).toMatchObject({
      text: '{"city": "Chicago"}',
      reasons: ['stop'],
    })
  })

  test('that is wrong is asked for once more, and then an error', async () => {
    const result = await run({ request, answer: '{"town": 1}', ask: () => '{"city": "Chicago"}' })
    expect(result.text).toBe('{"city": "Chicago"}')
    expect(JSON.stringify(result.exchange.asked[0]?.messages)).toContain("must have required property 'city'")
    expect(await run({ request, answer: 'no', ask: () => 'no' })).toMatchObject({
      error: 'response_format_unmet',
      text: '',
    })
  })

  test('as any object', async () => {
    const any: Partial<ChatRequest> = { responseFormat: { type: 'json-object' } }
    expect(await run({ request: any, answer: '{"a": 1}' })).toMatchObject({ text: '{"a": 1}' })
    expect(await run({ request: any, answer: '[1]', ask: () => '{}' })).toMatchObject({ text: '{}' })
  })

  test('beside tools: a call needs no form', async () => {
    const both = { ...request, tools: [add] }
    expect(await run({ request: both, answer: `So ${callText}` })).toMatchObject({
      text: 'So ',
      calls: [{ name: 'add' }],
    })
    expect(await run({ request: both, answer: '{"city": "x"}' })).toMatchObject({ text: '{"city": "x"}', calls: [] })
  })

  test('that was cut or refused is left as it is', async () => {
    expect(await run({ request, answer: answer('{"city": "Chi', 'length') })).toMatchObject({
      text: '{"city": "Chi',
      reasons: ['length'],
    })
    const refused = answer('x').with(1, { type: 'refusal-delta', choice: 0, delta: 'I cannot.' })
    expect((await run({ request, answer: refused })).events).toEqual(refused)
  })

  test('is the upstream’s own business where the wire knows it', async () => {
    expect(await run({ request, upstream: native, answer: 'no' })).toMatchObject({ text: 'no', error: undefined })
  })
})

describe('dialects', () => {
  const shout: Dialect = {
    name: 'shout',
    starts: [
      {
        text: 'CALL!',
        *read(input) {
          const name = yield* input.takeWhile(/[a-z]/)
          return name === '' ? undefined : [{ name, arguments: '{}' }]
        },
      },
    ],
  }

  test('are those of the configuration', async () => {
    const text = '[add(a=1)]'
    expect(await run({ request, answer: text })).toMatchObject({ text, calls: [] })
    expect(await run({ request, answer: text, options: { dialects: ['pythonic'] } })).toMatchObject({
      text: '',
      calls: [{ name: 'add' }],
    })
    expect(await run({ request, answer: callText, options: { dialects: ['pythonic'] } })).toMatchObject({
      text: callText,
    })
  })

  test('may be somebody else’s', async () => {
    const given = { request, answer: 'Now CALL!add.' }
    expect(await run({ ...given, options: { dialects: ['hermes', shout] } })).toMatchObject({
      text: 'Now .',
      calls: [{ name: 'add' }],
    })
    registerDialect({ ...shout, name: 'shout-registered' })
    expect(await run({ ...given, options: { dialects: ['shout-registered'] } })).toMatchObject({
      text: 'Now .',
      calls: [{ name: 'add' }],
    })
  })

  test('that nobody knows are refused, with the names that are known', async () => {
    await expect(run({ request, options: { dialects: ['hermse'] } })).rejects.toThrow(/"hermse".*hermes, qwen3-coder/)
  })
})

describe('options', () => {
  test('have defaults, and faults with their place', async () => {
    expect(await optionFaults(tools, {})).toEqual([])
    expect(await optionFaults(tools, { tools: 'nativ', max_retries: -1, live: 'yes', dialect: [] })).toHaveLength(4)
    expect(await optionFaults(tools, { tools: { anthropic: 'native' } })).toEqual([])
  })
})
