import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { StreamEvent } from '../../contract/event.ts'
import { proxyError } from '../../errors.ts'
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
