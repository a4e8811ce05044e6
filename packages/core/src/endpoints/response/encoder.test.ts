import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { StreamEvent } from '../../contract/event.ts'
import { proxyError } from '../../errors.ts'
import { isRecord } from '../../record.ts'
import {
  answers,
  brokenOff,
  completed,
  dataOf,
  encoded,
  failedAtOnce,
  streamed,
  twoChoices,
} from '../../testing/answers.test.fixture.ts'
import { checkResponsesStream } from '../../testing/stream-grammar.ts'
import { hasSchemas, schemaFaults } from '../openai-schema.test.fixture.ts'
import type { Fields } from '../parse/fields.ts'
import { createMemoryResponseStore } from '../response-store.ts'
import { responsesEndpoint } from '../responses.ts'

const orders = new URL('../../../../../../shared/fixtures/responses-event-order.jsonl', import.meta.url)

async function read(fields: object = {}) {
  const { parse } = responsesEndpoint({ store: createMemoryResponseStore() })
  return parse({ model: 'gpt-5', input: 'Hi', stream: true, ...fields })
}

const plain = await read()
const summarising = await read({ reasoning: { summary: 'auto' } })

/** The types of a stream's events, deltas of one kind in a row counted. */
function runsOf(stream: string): [string, number][] {
  const runs: [string, number][] = []
  for (const [, type = ''] of stream.matchAll(/^event: (.*)$/gm)) {
    const last = runs.at(-1)
    if (last?.[0] === type) last[1] += 1
    else runs.push([type, 1])
  }
  return runs
}

const typesOf = (stream: string): string[] => runsOf(stream).map(([type]) => type.replace('response.', ''))

const eventsOf = (stream: string): Fields[] => dataOf(stream).filter(isRecord)

describe('the order of events', () => {
  const head = ['created', 'in_progress']
  const message = [
    ...['output_item.added', 'content_part.added', 'output_text.delta', 'output_text.done'],
    ...['content_part.done', 'output_item.done'],
  ]
  const call = [
    'output_item.added',
    'function_call_arguments.delta',
    'function_call_arguments.done',
    'output_item.done',
  ]

  test('of a text', () => {
    expect(typesOf(streamed(plain, answers.text))).toEqual([...head, ...message, 'completed'])
  })

  test('of calls, alone, after a text, and at the same time', () => {
    expect(typesOf(streamed(plain, answers.call))).toEqual([...head, ...call, 'completed'])
    expect(typesOf(streamed(plain, answers.textAndCalls))).toEqual([...head, ...message, ...call, ...call, 'completed'])
    expect(checkResponsesStream(streamed(plain, answers.interleavedCalls)).toolCalls).toMatchObject([
      { id: 'call_a', name: 'weather', arguments: '{"city":"A"}' },
      { id: 'call_b', name: 'time', arguments: '{}' },
    ])
  })

  test('of reasoning: as text, or as the summary that was asked for', () => {
    expect(typesOf(streamed(plain, answers.reasoning))).toEqual([
      ...head,
      ...[
        'output_item.added',
        'content_part.added',
        'reasoning_text.delta',
        'reasoning_text.done',
        'content_part.done',
      ],
      ...['output_item.done', ...message, 'completed'],
    ])
    expect(typesOf(streamed(summarising, answers.reasoning)).slice(2, 8)).toEqual([
      ...['output_item.added', 'reasoning_summary_part.added', 'reasoning_summary_text.delta'],
      ...['reasoning_summary_text.done', 'reasoning_summary_part.done', 'output_item.done'],
    ])
    for (const parsed of [plain, summarising]) {
      expect(checkResponsesStream(streamed(parsed, answers.reasoning))).toMatchObject({
        text: '42',
        reasoning: 'Let me think.',
      })
    }
  })

  test('of a refusal', () => {
    expect(typesOf(streamed(plain, answers.refusal))).toEqual([
      ...head,
      ...[
        'output_item.added',
        'content_part.added',
        'refusal.delta',
        'refusal.done',
        'content_part.done',
        'output_item.done',
      ],
      'completed',
    ])
  })

  test.skipIf(!existsSync(orders))(
    'is that of OpenAI’s own streams (skipped where ../shared/fixtures is absent)',
    () => {
      const recorded: { order: [string, number][] }[] = readFileSync(orders, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(recorded).toHaveLength(3)
      for (const { order } of recorded) {
        // OpenAI gives reasoning as an item of no text; an item whose reasoning is not known is none here.
        const empty = order.findIndex(
          ([type], at) => type.endsWith('item.added') && order[at + 1]?.[0].endsWith('item.done'),
        )
        const expected = empty < 0 ? order : order.toSpliced(empty, 2)
        expect(runsOf(streamed(plain, eventsLike(expected)))).toEqual(expected)
      }
    },
  )
})

/** An answer whose response stream has these runs of events. */
function eventsLike(order: [string, number][]): StreamEvent[] {
  const [start] = answers.text
  const body = order.flatMap(([type, count]): StreamEvent[] => {
    if (type.endsWith('output_text.delta')) {
      return Array.from({ length: count }, () => ({ type: 'text-delta', choice: 0, delta: 'x' }))
    }
    if (!type.endsWith('arguments.delta')) return []
    const deltas = Array.from(
      { length: count },
      (): StreamEvent => ({ type: 'tool-call-delta', choice: 0, index: 0, delta: '1' }),
    )
    return [
      { type: 'tool-call-start', choice: 0, index: 0, id: 'call_a', name: 'f' },
      ...deltas,
      { type: 'tool-call-end', choice: 0, index: 0 },
    ]
  })
  return [start, ...body, { type: 'choice-end', choice: 0, reason: 'stop' }, { type: 'finish' }]
}

test('nothing goes out for start: until there is content, an error can still be an HTTP status', () => {
  const texts = encoded(plain, 'stream', answers.text)
  expect(texts.map((text) => runsOf(text).reduce((sum, [, count]) => sum + count, 0))).toEqual([5, 1, 1, 3, 1])
})

test('one id for the response and for each item; deltas in place', () => {
  const [created, , added, part, delta] = dataOf(streamed(plain, answers.text))
  expect(created).toMatchObject({
    sequence_number: 0,
    response: { id: expect.stringMatching(/^resp_/), status: 'in_progress', output: [] },
  })
  expect(added).toMatchObject({
    output_index: 0,
    item: { type: 'message', role: 'assistant', content: [], status: 'in_progress' },
  })
  expect(part).toMatchObject({ part: { type: 'output_text', text: '', annotations: [], logprobs: [] } })
  expect(delta).toEqual({
    type: 'response.output_text.delta',
    sequence_number: 4,
    item_id: expect.stringMatching(/^msg_/),
    output_index: 0,
    content_index: 0,
    delta: 'Hé',
    logprobs: [],
  })
})

test('the whole response', async () => {
  const { previous_response_id: _none, ...response } = checkResponsesStream(
    streamed(
      await read({ instructions: 'I', temperature: 0.5, metadata: { a: 'b' }, max_output_tokens: 9 }),
      answers.text,
    ),
  ).response
  expect(response).toEqual({
    id: expect.stringMatching(/^resp_/),
    object: 'response',
    created_at: 1_700_000_000,
    status: 'completed',
    completed_at: expect.any(Number),
    error: null,
    incomplete_details: null,
    model: 'gpt-4o-2024',
    output: [
      {
        id: expect.stringMatching(/^msg_/),
        type: 'message',
        status: 'completed',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'Héllo 👋\n "wörld"', annotations: [], logprobs: [] }],
      },
    ],
    usage: {
      input_tokens: 7,
      input_tokens_details: { cached_tokens: 2, cache_write_tokens: 0 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 1 },
      total_tokens: 12,
    },
    background: false,
    instructions: 'I',
    max_output_tokens: 9,
    max_tool_calls: null,
    parallel_tool_calls: true,
    presence_penalty: 0,
    frequency_penalty: 0,
    prompt_cache_key: null,
    reasoning: { effort: null, summary: null },
    safety_identifier: null,
    service_tier: 'default',
    store: true,
    temperature: 0.5,
    text: { format: { type: 'text' }, verbosity: 'medium' },
    tool_choice: 'auto',
    tools: [],
    top_logprobs: 0,
    top_p: 1,
    truncation: 'disabled',
    user: '',
    metadata: { a: 'b' },
  })
})

test('the tools that were offered to the model are repeated, in full', async () => {
  const weather = { type: 'function', name: 'weather' }
  const parsed = await read({
    tools: [{ type: 'web_search' }, weather],
    tool_choice: { type: 'function', name: 'weather' },
  })
  expect(completed(parsed, answers.call)).toMatchObject({
    tools: [{ ...weather, description: null, parameters: null, strict: null }],
    tool_choice: { type: 'function', name: 'weather' },
  })
})

describe('ends', () => {
  test('cut short or filtered is incomplete, and so is the item', () => {
    expect(checkResponsesStream(streamed(plain, answers.cutShort))).toMatchObject({
      status: 'incomplete',
      incompleteReason: 'max_output_tokens',
      response: { output: [{ status: 'incomplete' }], completed_at: null },
    })
    expect(checkResponsesStream(streamed(plain, answers.filtered)).incompleteReason).toBe('content_filter')
    const silent = answers.empty.map((event) =>
      event.type === 'choice-end' ? { ...event, reason: 'length' as const } : event,
    )
    expect(checkResponsesStream(streamed(plain, silent)).response.output).toEqual([])
  })

  test('an answer of no words is a message of no words', () => {
    expect(checkResponsesStream(streamed(plain, answers.empty)).response.output).toMatchObject([
      { content: [{ text: '' }] },
    ])
  })

  test('an error is said twice, once for each kind of client, and is the end', () => {
    const stream = streamed(plain, [...brokenOff, { type: 'finish' }])
    expect(checkResponsesStream(stream)).toMatchObject({
      status: 'failed',
      text: 'Once upon',
      error: { code: 'server_error', message: 'The upstream went away.' },
      response: { output: [], completed_at: null },
    })
    expect(typesOf(streamed(plain, failedAtOnce))).toEqual(['created', 'in_progress', 'error', 'failed'])
    const limited: StreamEvent = { type: 'error', error: proxyError('too_many_requests', 'Slow down.') }
    expect(checkResponsesStream(streamed(plain, [limited])).error?.code).toBe('rate_limit_exceeded')
    expect(completed(plain, brokenOff)).toBeUndefined()
  })

  test('a call that is open when the answer is cut is incomplete', () => {
    const [start, ...rest] = answers.call
    const cut = rest.slice(0, 2)
    const events: StreamEvent[] = [
      start,
      ...cut,
      { type: 'choice-end', choice: 0, reason: 'length' },
      { type: 'finish' },
    ]
    expect(checkResponsesStream(streamed(plain, events))).toMatchObject({
      toolCalls: [{ arguments: '{"city":' }],
      response: { output: [{ type: 'function_call', status: 'incomplete' }] },
    })
  })

  const event = {
    start: answers.call[0],
    text: (delta: string): StreamEvent => ({ type: 'text-delta', choice: 0, delta }),
    call: (index: number, json: string, name = 'weather'): StreamEvent[] => [
      { type: 'tool-call-start', choice: 0, index, id: `call_${index}`, name },
      { type: 'tool-call-delta', choice: 0, index, delta: json },
    ],
    end: (index: number): StreamEvent => ({ type: 'tool-call-end', choice: 0, index }),
    cut: (reason: 'length' | 'content-filter' = 'length'): StreamEvent[] => [
      { type: 'choice-end', choice: 0, reason },
      { type: 'finish' },
    ],
  }
  const { start, text, call, end, cut } = event

  test.each(['length', 'content-filter'] as const)('a call that the answer was cut in is incomplete: %s', (reason) => {
    // As an upstream ends all its calls before it says why.
    const events = [start, ...call(0, '{"a":"b'), end(0), ...cut(reason)]
    const stream = streamed(plain, events)
    const done = eventsOf(stream).filter(({ type }) => type === 'response.output_item.done')
    expect(done).toMatchObject([{ item: { type: 'function_call', status: 'incomplete', arguments: '{"a":"b' } }])
    expect(checkResponsesStream(stream).response.output).toEqual(done.map(({ item }) => item))
    expect(completed(plain, events)).toMatchObject({ status: 'incomplete', output: [{ status: 'incomplete' }] })
  })

  test('of several calls the last one is, or what has not come to an end', () => {
    const statuses = (...events: StreamEvent[]) => {
      const { response } = checkResponsesStream(streamed(plain, [start, ...events, ...cut()]))
      return (response.output as { status: string }[]).map(({ status }) => status)
    }
    expect(statuses(...call(0, '{}'), ...call(1, '{}'), end(0), end(1))).toEqual(['completed', 'incomplete'])
    expect(statuses(...call(0, ''), ...call(1, '{"a'), end(0), end(1))).toEqual(['completed', 'incomplete'])
    expect(statuses(...call(0, '{}'), end(0), text('And'))).toEqual(['completed', 'incomplete'])
    const [begin0, delta0] = call(0, '{"a') as [StreamEvent, StreamEvent]
    const [begin1, delta1] = call(1, '{"b') as [StreamEvent, StreamEvent]
    expect(statuses(begin0, begin1, delta1, delta0, end(0), end(1))).toEqual(['incomplete', 'incomplete'])
  })

  test('a call is told to be done as soon as another item follows, or the answer ends', () => {
    const events = [start, ...call(0, '{}'), ...call(1, '{}'), end(0), end(1), ...answers.call.slice(-3)]
    const types = encoded(plain, 'stream', events).map((one) => typesOf(one))
    const place = types.findIndex((one) => one.includes('output_item.done'))
    expect(types[place]).toEqual(['function_call_arguments.done', 'output_item.done', 'output_item.added'])
    expect(types.findLastIndex((one) => one.includes('output_item.done'))).toBe(types.length - 2)
  })

  test('a call that was whole when the answer broke is not told to be done', () => {
    const broken: StreamEvent = { type: 'error', error: proxyError('upstream_disconnected', 'Gone.') }
    expect(typesOf(streamed(plain, [start, ...call(0, '{}'), end(0), broken]))).toEqual([
      ...['created', 'in_progress', 'output_item.added', 'function_call_arguments.delta', 'error', 'failed'],
    ])
  })

  test.each([
    ['{"input":"*** Beg', '*** Beg'],
    ['{ "input" : "a\\n\\"b\\u00', 'a\n"b'],
    ['{"inp', ''],
    ['*** Beg', '*** Beg'],
  ])('of a freeform call that was cut, what of its input has come: %j', async (json, input) => {
    const parsed = await read({ tools: [{ type: 'custom', name: 'patch' }] })
    const { response } = checkResponsesStream(streamed(parsed, [start, ...call(0, json, 'patch'), end(0), ...cut()]))
    expect(response.output).toMatchObject([{ type: 'custom_tool_call', status: 'incomplete', input }])
  })

  test('white space around calls is no message', () => {
    const ended = answers.call.slice(-3)
    const textsOf = (...events: StreamEvent[]) => {
      const { response } = checkResponsesStream(streamed(plain, [start, ...events, ...ended]))
      return (response.output as { type: string; content?: { text: string }[] }[]).map(
        ({ type, content }) => content?.[0]?.text ?? type,
      )
    }
    const [one, two] = [
      [...call(0, '{}'), end(0)],
      [...call(1, '{}'), end(1)],
    ] as const
    expect(textsOf(text('\n'), ...one, text('\n'), text('\n '), ...two, text('\n'))).toEqual([
      'function_call',
      'function_call',
    ])
    expect(textsOf(...one, text('\n'), text(' '), text('So'), text('\n'))).toEqual(['function_call', '\n So\n'])
    expect(textsOf(text('\n'))).toEqual(['\n'])
  })

  test('only the first choice has a place', () => {
    expect(checkResponsesStream(streamed(plain, twoChoices))).toMatchObject({ text: 'A1A2', status: 'completed' })
  })
})

test('calls of freeform tools come back as such', async () => {
  const parsed = await read({ tools: [{ type: 'custom', name: 'patch' }] })
  const [start] = answers.text
  const call = (json: string): StreamEvent[] => [
    start,
    { type: 'tool-call-start', choice: 0, index: 0, id: 'call_p', name: 'patch' },
    ...[json.slice(0, 5), json.slice(5)].map(
      (delta): StreamEvent => ({ type: 'tool-call-delta', choice: 0, index: 0, delta }),
    ),
    { type: 'tool-call-end', choice: 0, index: 0 },
    { type: 'choice-end', choice: 0, reason: 'tool-calls' },
    { type: 'finish' },
  ]
  const stream = streamed(parsed, call('{"input":"*** Begin\\n\\"x\\""}'))
  expect(checkResponsesStream(stream)).toMatchObject({
    toolCalls: [{ id: 'call_p', type: 'custom_tool_call', name: 'patch', arguments: '*** Begin\n"x"' }],
    response: { output: [{ type: 'custom_tool_call', input: '*** Begin\n"x"', status: 'completed' }] },
  })
  // A model that writes the text itself instead of the JSON around it is understood.
  expect(checkResponsesStream(streamed(parsed, call('*** Begin'))).toolCalls[0]?.arguments).toBe('*** Begin')
})

test('log probabilities', () => {
  const [, , , , delta] = dataOf(streamed(plain, answers.logprobs))
  const entry = {
    token: 'Hi',
    logprob: -0.5,
    bytes: [72, 105],
    top_logprobs: [{ token: 'Hi', logprob: -0.5, bytes: [72, 105] }],
  }
  expect(delta).toMatchObject({ logprobs: [entry] })
  expect(completed(plain, answers.logprobs)).toMatchObject({
    output: [{ content: [{ text: 'HiHi', logprobs: [entry, entry] }] }],
  })
})

test('what the upstream cites is annotated', () => {
  const url_citation = { url: 'https://x.test', title: 'X', start_index: 0, end_index: 2 }
  const annotations = [{ type: 'url_citation', url_citation }, { type: 'else' }]
  const raw: StreamEvent = {
    type: 'raw',
    format: 'chat-completions',
    value: { choices: [{ index: 0, delta: { annotations } }] },
  }
  const [start, ...rest] = answers.text
  const annotation = { type: 'url_citation', ...url_citation }
  for (const events of [
    [start, ...rest.slice(0, 3), raw, ...rest.slice(3)],
    [start, raw, ...rest],
  ]) {
    const stream = streamed(plain, events)
    checkResponsesStream(stream)
    const told = eventsOf(stream)
    const added = told.filter(({ type }) => type === 'response.output_text.annotation.added')
    expect(added).toMatchObject([{ output_index: 0, content_index: 0, annotation_index: 0, annotation }])
    for (const event of told) expect(schemaFaults('ResponseStreamEvent', event)).toEqual([])
    expect(told.at(-1)).toMatchObject({ response: { output: [{ content: [{ annotations: [annotation] }] }] } })
    expect(completed(plain, events)).toMatchObject({ output: [{ content: [{ annotations: [annotation] }] }] })
  }
})

test('the service tier is the upstream’s where it says one', async () => {
  const parsed = await read({ service_tier: 'flex' })
  const [start, ...rest] = answers.text
  const raw: StreamEvent = { type: 'raw', format: 'chat-completions', value: { service_tier: 'priority' } }
  const tiers = eventsOf(streamed(parsed, [start, raw, ...rest])).flatMap(({ response }) =>
    isRecord(response) ? [response.service_tier] : [],
  )
  expect(tiers).toEqual(['flex', 'flex', 'priority'])
  expect(completed(parsed, answers.text)).toMatchObject({ service_tier: 'flex' })
  expect(completed(plain, answers.text)).toMatchObject({ service_tier: 'default' })
})

test('the upstream’s id is kept where it can be asked for', () => {
  const idOf = (id: string) => {
    const [start, ...rest] = answers.text
    return String((completed(plain, [{ ...start, id } as StreamEvent, ...rest]) as { id: string }).id)
  }
  expect(idOf('resp_abc-1')).toBe('resp_abc-1')
  for (const id of ['resp_abc==', `resp_${'a'.repeat(200)}`, 'chatcmpl-1']) expect(idOf(id)).toMatch(/^resp_\w{24}$/)
})

test.each(Object.entries(answers))('%s keeps the grammar, and says the same whole', (_name, events) => {
  for (const parsed of [plain, summarising]) {
    const { response } = checkResponsesStream(streamed(parsed, events))
    const withoutIds = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value).replace(/"(\w+_)[0-9a-f]{24}"/g, '"$1"'))
    expect(withoutIds(completed(parsed, events))).toEqual(withoutIds(response))
  }
})

test.skipIf(!hasSchemas)(
  'every event is what OpenAI’s schema says (skipped where ../shared/fixtures is absent)',
  async () => {
    const tools = [
      { type: 'function', name: 'weather', parameters: {} },
      { type: 'custom', name: 'time' },
      { type: 'web_search' },
    ]
    for (const parsed of [plain, summarising, await read({ tools, user: 'me', previous_response_id: null })]) {
      for (const events of [...Object.values(answers), brokenOff]) {
        for (const event of dataOf(streamed(parsed, events))) {
          expect(schemaFaults('ResponseStreamEvent', event), JSON.stringify(event)).toEqual([])
        }
        const answer = completed(parsed, events)
        if (answer !== undefined) expect(schemaFaults('Response', answer)).toEqual([])
      }
    }
    expect(schemaFaults('ResponseStreamEvent', { type: 'response.output_text.delta' })).not.toEqual([])
  },
)
