import { describe, expect, test } from 'vitest'
import { checkChatStream, checkCompletionStream, checkResponsesStream, StreamGrammarError } from './stream-grammar.ts'

const frame = (value: unknown): string => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`
const stream = (...values: unknown[]): string => values.map(frame).join('')

interface ChunkParts {
  delta?: object
  reason?: string | null
  index?: number
  more?: object
}

function chat({ delta = {}, reason = null, index = 0, more = {} }: ChunkParts = {}): object {
  const choices = [{ index, delta, finish_reason: reason }]
  return { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices, ...more }
}

const role = chat({ delta: { role: 'assistant', content: '' } })
const hello = chat({ delta: { content: 'Hello' } })
const stop = chat({ reason: 'stop' })
const called = (entry: object): object => chat({ delta: { tool_calls: [entry] } })
const call = { index: 0, id: 'call_a', type: 'function', function: { name: 'f', arguments: '' } }
const piece = called({ index: 0, function: { arguments: '{}' } })
const counts = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 }

describe('chat streams', () => {
  test('that are right', () => {
    expect(checkChatStream(`: ping\n\n${stream(role, hello, hello, stop, '[DONE]')}`)).toMatchObject({
      id: 'chatcmpl-1',
      text: 'HelloHello',
      finishReason: 'stop',
      usage: undefined,
      error: undefined,
    })
    const end = chat({ reason: 'tool_calls' })
    expect(checkChatStream(stream(role, called(call), piece, end, '[DONE]')).toolCalls).toEqual([
      { id: 'call_a', type: 'function', name: 'f', arguments: '{}' },
    ])
    expect(checkChatStream(stream(role, { error: { message: 'Broken.' } }))).toMatchObject({
      error: { message: 'Broken.' },
    })
    const withNull = [role, stop].map((chunk) => ({ ...chunk, usage: null }))
    expect(
      checkChatStream(stream(...withNull, chat({ more: { choices: [], usage: counts } }), '[DONE]')).usage,
    ).toEqual(counts)
  })

  test.each([
    ['no end', [role, stop], /ends without \[DONE\]/],
    ['no choice', ['[DONE]'], /no choice/],
    ['no reason', [role, hello, '[DONE]'], /choice 0 has no finish_reason/],
    ['two ends', [role, stop, '[DONE]', '[DONE]'], /after the end/],
    ['[DONE] after an error', [role, { error: { message: 'x' } }, '[DONE]'], /after the end/],
    ['an error without a message', [role, { error: {} }], /'message' is no string/],
    ['another id', [role, chat({ more: { id: 'chatcmpl-2' } }), stop, '[DONE]'], /another 'id'/],
    ['another time', [role, chat({ more: { created: 2 } }), stop, '[DONE]'], /another 'created'/],
    ['another object', [chat({ more: { object: 'chat.completion' } })], /'object' is not/],
    ['no role', [hello, stop, '[DONE]'], /role of choice 0/],
    ['two roles', [role, role, stop, '[DONE]'], /role of choice 0/],
    ['no index', [{ ...role, choices: [{ delta: {}, finish_reason: null }] }], /'index' is no count/],
    ['a missing choice', [chat({ index: 1, delta: { role: 'assistant' }, reason: 'stop' }), '[DONE]'], /no choice 0/],
    ['more after the reason', [role, stop, hello, '[DONE]'], /goes on after/],
    [
      'no finish_reason field',
      [{ ...role, choices: [{ index: 0, delta: { role: 'assistant' } }] }],
      /finish_reason undefined/,
    ],
    ['a strange reason', [role, chat({ reason: 'done' }), '[DONE]'], /finish_reason "done"/],
    ['stop after calls', [role, called(call), stop, '[DONE]'], /finishes with 'stop'/],
    ['a call that skips an index', [role, called({ ...call, index: 1 })], /tool call 1 comes before 0/],
    ['a call without an id', [role, called({ ...call, id: undefined })], /'id' is no string/],
    ['a call without a type', [role, called({ ...call, type: undefined })], /'type' is no string/],
    ['a call named twice', [role, called(call), called(call)], /names itself again/],
    [
      'a call named in a delta',
      [role, called(call), called({ index: 0, function: { name: 'f', arguments: '' } })],
      /names itself again/,
    ],
    ['two calls of one id', [role, called(call), called({ ...call, index: 1 })], /id call_a of another/],
    ['usage on some chunks', [role, { ...hello, usage: null }], /on some chunks/],
    [
      'usage with choices',
      [
        { ...role, usage: null },
        { ...stop, usage: counts },
      ],
      /has choices/,
    ],
    [
      'usage never given',
      [{ ...role, usage: null }, { ...stop, usage: null }, '[DONE]'],
      /usage is null on every chunk/,
    ],
    [
      'a chunk after the usage',
      [{ ...role, usage: null }, chat({ more: { choices: [], usage: counts } }), { ...stop, usage: null }],
      /after the usage/,
    ],
    [
      'a wrong total',
      [{ ...role, usage: null }, chat({ more: { choices: [], usage: { ...counts, total_tokens: 9 } } })],
      /not the sum/,
    ],
    ['no JSON', [role, '{"id":'], /no JSON/],
  ])('%s', (_name, values, message) => {
    expect(() => checkChatStream(stream(...values))).toThrow(message)
    expect(() => checkChatStream(stream(...values))).toThrow(StreamGrammarError)
  })

  test('an event that is cut, and one with a name', () => {
    expect(() => checkChatStream(stream(role, stop, '[DONE]').trimEnd())).toThrow(/within an event/)
    expect(() => checkChatStream(`event: x\n${frame(role)}`)).toThrow(/an event name, 'x'/)
  })
})

describe('completion streams', () => {
  const text = (value: string, reason: string | null = null, index = 0): object => ({
    id: 'cmpl-1',
    object: 'text_completion',
    created: 1,
    model: 'm',
    choices: [{ text: value, index, logprobs: null, finish_reason: reason }],
  })

  test('that are right', () => {
    expect(
      checkCompletionStream(stream(text('a'), text('b', null, 1), text('', 'stop'), text('', 'length', 1), '[DONE]')),
    ).toMatchObject({
      choices: [
        { text: 'a', finishReason: 'stop' },
        { text: 'b', finishReason: 'length' },
      ],
    })
  })

  test.each([
    ['a reason on every chunk', [text('a', 'stop'), text('b', 'stop'), '[DONE]'], /goes on after/],
    ['an empty reason', [text('a', '')], /finish_reason ""/],
    ['no text', [{ ...text('a'), choices: [{ index: 0, finish_reason: null }] }], /'text' is no string/],
    ['no end', [text('a', 'stop')], /without \[DONE\]/],
  ])('%s', (_name, values, message) => {
    expect(() => checkCompletionStream(stream(...values))).toThrow(message)
  })
})

describe('response streams', () => {
  const base = Object.fromEntries(
    [
      ...[
        'completed_at',
        'error',
        'incomplete_details',
        'instructions',
        'usage',
        'tools',
        'tool_choice',
        'reasoning',
        'text',
      ],
      ...['parallel_tool_calls', 'previous_response_id', 'store', 'temperature', 'top_p', 'truncation', 'metadata'],
      ...['max_output_tokens', 'service_tier', 'background'],
    ].map((name) => [name, null]),
  )
  const response = (status: string, more: object = {}) => ({
    response: { ...base, id: 'resp_1', object: 'response', created_at: 1, model: 'm', output: [], status, ...more },
  })
  const place = { item_id: 'msg_1', output_index: 0, content_index: 0 }
  const item = { id: 'msg_1', type: 'message', role: 'assistant' }
  const part = (text: string) => ({ part: { type: 'output_text', text, annotations: [], logprobs: [] } })
  const done = { ...item, status: 'completed', content: [part('Hi').part] }
  type Event = { type: string; [field: string]: unknown }

  const right: Event[] = [
    { type: 'response.created', ...response('in_progress') },
    { type: 'response.in_progress', ...response('in_progress') },
    { type: 'response.output_item.added', output_index: 0, item: { ...item, status: 'in_progress', content: [] } },
    { type: 'response.content_part.added', ...place, ...part('') },
    { type: 'response.output_text.delta', ...place, delta: 'H', logprobs: [] },
    { type: 'response.output_text.delta', ...place, delta: 'i', logprobs: [] },
    { type: 'response.output_text.done', ...place, text: 'Hi', logprobs: [] },
    { type: 'response.content_part.done', ...place, ...part('Hi') },
    { type: 'response.output_item.done', output_index: 0, item: done },
    { type: 'response.completed', ...response('completed', { output: [done] }) },
  ]

  const written = (events: readonly Event[]): string =>
    events.map((event, sequence_number) => `event: ${event.type}\n${frame({ sequence_number, ...event })}`).join('')
  const changed = (at: number, more: object): Event[] =>
    right.with(at, { ...right[at], type: right[at]?.type ?? '', ...more })

  test('that are right', () => {
    expect(checkResponsesStream(written(right))).toMatchObject({
      id: 'resp_1',
      status: 'completed',
      text: 'Hi',
      toolCalls: [],
    })
    const failed: Event = {
      type: 'response.failed',
      ...response('failed', { error: { code: 'server_error', message: 'x' } }),
    }
    expect(checkResponsesStream(written([...right.slice(0, 5), failed]))).toMatchObject({ status: 'failed', text: 'H' })
    const error = { type: 'error', code: null, message: 'x', param: null }
    expect(checkResponsesStream(written([...right.slice(0, 2), error]))).toMatchObject({
      status: 'error',
      error: { message: 'x' },
    })
  })

  test.each([
    ['no end', right.slice(0, -1), /the stream has no end/],
    ['two ends', [...right, ...right.slice(-1)], /after the end/],
    ['no created', right.slice(1), /not the event 'response.created'/],
    ['no in_progress', right.toSpliced(1, 1), /not the event 'response.in_progress'/],
    ['a sequence number twice', changed(4, { sequence_number: 3 }), /not 4/],
    ['an item of another number', changed(2, { output_index: 1 }), /not number 0/],
    ['an item that is added full', changed(2, { item: { ...item, content: [part('Hi').part] } }), /not empty/],
    ['no part', right.toSpliced(3, 1), /index of a part that is not open/],
    ['a delta of another item', changed(4, { item_id: 'msg_2' }), /item_id that is not msg_1/],
    ['a delta of another part', changed(4, { content_index: 1 }), /index of a part/],
    ['a text that is not the sum', changed(6, { text: 'Ho' }), /add up to "Hi"/],
    ['a part that is not the sum', changed(7, part('Ho')), /not the sum of its deltas/],
    ['a part without its text', right.toSpliced(6, 1), /done before its text/],
    ['an item before its part', right.toSpliced(7, 1), /before its parts/],
    ['an item of another id', changed(8, { item: { ...done, id: 'msg_2' } }), /another than was added/],
    ['an item with another text', changed(8, { item: { ...done, content: [part('Ho').part] } }), /other parts/],
    ['an item that is not done', changed(8, { item: { ...done, status: 'in_progress' } }), /without being so/],
    ['the end before an item’s', right.toSpliced(8, 1), /before the end of an item/],
    ['an output that was not streamed', changed(9, response('completed')), /not what was streamed/],
    ['another response', changed(9, response('completed', { id: 'resp_2', output: [done] })), /another response/],
    ['a status that does not fit', changed(9, response('incomplete', { output: [done] })), /not 'completed'/],
    [
      'a failure without an error',
      right.toSpliced(5, 5, { type: 'response.failed', ...response('failed') }),
      /an error that does not fit/,
    ],
    [
      'a response without a field',
      changed(0, { response: { id: 'resp_1', status: 'in_progress' } }),
      /a response without object/,
    ],
    ['an unknown event', right.toSpliced(5, 0, { type: 'response.strange', ...place }), /unknown event/],
    ['a delta after the text', right.toSpliced(7, 0, ...right.slice(4, 5)), /not open/],
  ])('%s', (_name, events, message) => {
    expect(() => checkResponsesStream(written(events))).toThrow(message)
  })

  test('a name that is not the type; [DONE]', () => {
    expect(() => checkResponsesStream(written(right).replace('event: response.created', 'event: created'))).toThrow(
      /event name/,
    )
    expect(() => checkResponsesStream(`${written(right)}data: [DONE]\n\n`)).toThrow(/no JSON/)
  })

  test('calls: arguments have to add up', () => {
    const call = { id: 'fc_1', type: 'function_call', call_id: 'call_a', name: 'f' }
    const spot = { item_id: 'fc_1', output_index: 0 }
    const finished = { ...call, arguments: '{}', status: 'completed' }
    const events: Event[] = [
      ...right.slice(0, 2),
      { type: 'response.output_item.added', output_index: 0, item: { ...call, arguments: '', status: 'in_progress' } },
      { type: 'response.function_call_arguments.delta', ...spot, delta: '{}' },
      { type: 'response.function_call_arguments.done', ...spot, name: 'f', arguments: '{}' },
      { type: 'response.output_item.done', output_index: 0, item: finished },
      { type: 'response.completed', ...response('completed', { output: [finished] }) },
    ]
    expect(checkResponsesStream(written(events)).toolCalls).toEqual([
      { id: 'call_a', type: 'function_call', name: 'f', arguments: '{}' },
    ])
    expect(() => checkResponsesStream(written(events.toSpliced(3, 1)))).toThrow(/add up to ""/)
    expect(() => checkResponsesStream(written(events.toSpliced(4, 1)))).toThrow(/before its arguments/)
    expect(() =>
      checkResponsesStream(
        written(
          events.with(5, { ...right[8], type: 'response.output_item.done', item: { ...finished, arguments: '' } }),
        ),
      ),
    ).toThrow(/other arguments/)
  })
})
