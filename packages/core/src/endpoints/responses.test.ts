import { describe, expect, test } from 'vitest'
import type { ChatRequest } from '../contract/request.ts'
import { isRecord } from '../record.ts'
import { answers, completed } from '../testing/answers.test.fixture.ts'
import { writeChatBody } from '../upstreams/openai/chat-body.ts'
import { faultOf } from './faults.test.fixture.ts'
import { createMemoryResponseStore, type ResponseStore } from './response-store.ts'
import { responsesEndpoint } from './responses.ts'

const image = { type: 'input_image', image_url: 'https://x/y.png', detail: 'low' }

async function read(fields: object, store: ResponseStore = createMemoryResponseStore()) {
  return responsesEndpoint({ store }).parse({ model: 'gpt-5', input: 'Hi', ...fields })
}

async function messagesOf(...input: unknown[]) {
  return (await read({ input })).request.messages
}

describe('input', () => {
  test('a text, with instructions', async () => {
    const { request } = await read({ instructions: 'Be brief.' })
    expect(request.messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ])
  })

  test('messages in all forms', async () => {
    expect(
      await messagesOf(
        { role: 'developer', content: 'D' },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'U' }, image], id: 'msg_1' },
        {
          type: null,
          role: 'assistant',
          content: [{ type: 'output_text', text: 'A', annotations: [] }],
          status: 'completed',
        },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'R' }] },
        { role: 'user', content: [{ type: 'input_file', filename: 'a.pdf', file_data: 'data:x' }] },
      ),
    ).toEqual([
      { role: 'developer', content: 'D' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'U' },
          { type: 'image', url: 'https://x/y.png', detail: 'low' },
        ],
      },
      { role: 'assistant', content: [{ type: 'text', text: 'A' }] },
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'R' }] },
      {
        role: 'user',
        content: [{ type: 'other', value: { type: 'file', file: { filename: 'a.pdf', file_data: 'data:x' } } }],
      },
    ])
  })

  const call = (id: string) => ({ type: 'function_call', id: `fc_${id}`, call_id: id, name: 'f', arguments: '{}' })
  const output = (id: string) => ({ type: 'function_call_output', call_id: id, output: `of ${id}` })
  const toolCall = (id: string) => ({ id, name: 'f', arguments: '{}' })
  const result = (id: string) => ({ role: 'tool', toolCallId: id, content: `of ${id}` })

  test('one turn of the model is one message', async () => {
    expect(
      await messagesOf(
        { role: 'user', content: 'U' },
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'x' },
        { role: 'assistant', content: 'Looking.' },
        call('a'),
        { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'And.' }] },
        call('b'),
        output('a'),
        output('b'),
        call('c'),
        output('c'),
        { type: 'reasoning', summary: [] },
        { role: 'assistant', content: 'Done.' },
        { role: 'assistant', content: 'Really.' },
      ),
    ).toEqual([
      { role: 'user', content: 'U' },
      { role: 'assistant', content: 'Looking.', reasoning: 'Hm.\n\nAnd.', toolCalls: [toolCall('a'), toolCall('b')] },
      result('a'),
      result('b'),
      { role: 'assistant', content: null, toolCalls: [toolCall('c')] },
      result('c'),
      { role: 'assistant', content: 'Done.' },
      { role: 'assistant', content: 'Really.' },
    ])
  })

  test('an assistant’s message of nothing is none', async () => {
    const user = { role: 'user', content: 'U' }
    expect(await messagesOf(user, { role: 'assistant', content: [], status: 'incomplete' })).toEqual([user])
  })

  test('text between a call and its result stays in the turn', async () => {
    expect(await messagesOf(call('a'), { role: 'assistant', content: 'Wait.' }, output('a'))).toEqual([
      { role: 'assistant', content: 'Wait.', toolCalls: [toolCall('a')] },
      result('a'),
    ])
  })

  test('a result follows its call, whatever came in between', async () => {
    const user = { role: 'user', content: 'Hurry.' }
    expect(await messagesOf(call('a'), user, call('b'), output('a'), call('c'), output('c'), output('b'))).toEqual([
      { role: 'assistant', content: null, toolCalls: [toolCall('a')] },
      result('a'),
      user,
      { role: 'assistant', content: null, toolCalls: [toolCall('b'), toolCall('c')] },
      result('c'),
      result('b'),
    ])
    // An id may be used again: the result belongs to the call before it.
    expect(await messagesOf(call('a'), output('a'), call('a'), user, output('a'))).toEqual([
      { role: 'assistant', content: null, toolCalls: [toolCall('a')] },
      result('a'),
      { role: 'assistant', content: null, toolCalls: [toolCall('a')] },
      result('a'),
      user,
    ])
  })

  test('images and files of results are a user’s message behind them', async () => {
    const file = { type: 'input_file', filename: 'a.pdf', file_data: 'data:x' }
    const messages = await messagesOf(
      call('a'),
      call('b'),
      { ...output('a'), output: [{ type: 'input_text', text: 'Seen.' }, image] },
      { ...output('b'), output: [file] },
      { role: 'assistant', content: 'Done.' },
    )
    expect(messages).toEqual([
      { role: 'assistant', content: null, toolCalls: [toolCall('a'), toolCall('b')] },
      { role: 'tool', toolCallId: 'a', content: [{ type: 'text', text: 'Seen.' }] },
      { role: 'tool', toolCallId: 'b', content: expect.stringContaining('user') },
      {
        role: 'user',
        content: [
          { type: 'text', text: expect.stringMatching(/ f .* a\b/) },
          { type: 'image', url: 'https://x/y.png', detail: 'low' },
          { type: 'text', text: expect.stringMatching(/ f .* b\b/) },
          { type: 'other', value: { type: 'file', file: { filename: 'a.pdf', file_data: 'data:x' } } },
        ],
      },
      { role: 'assistant', content: 'Done.' },
    ])
  })

  test('a result of nothing is an empty text', async () => {
    expect((await messagesOf(call('a'), { ...output('a'), output: [] })).at(-1)).toMatchObject({ content: '' })
  })

  test('custom tool calls', async () => {
    const custom = { type: 'custom_tool_call', call_id: 'p', name: 'patch', input: '*** Begin' }
    const done = { type: 'custom_tool_call_output', call_id: 'p', output: [{ type: 'input_text', text: 'ok' }] }
    expect(await messagesOf(custom, done)).toEqual([
      { role: 'assistant', content: null, toolCalls: [{ id: 'p', name: 'patch', arguments: '{"input":"*** Begin"}' }] },
      { role: 'tool', toolCallId: 'p', content: [{ type: 'text', text: 'ok' }] },
    ])
  })

  test('records of hosted tools are left out and named', async () => {
    const { request, omittedTools } = await read({
      input: [
        { type: 'web_search_call', id: 'ws_1' },
        { role: 'user', content: 'U' },
      ],
    })
    expect(request.messages).toEqual([{ role: 'user', content: 'U' }])
    expect(omittedTools).toEqual(['web_search_call'])
  })
})

test('fields', async () => {
  const { request, translated } = await read({
    stream: true,
    max_output_tokens: 100,
    temperature: 0.2,
    top_p: 0.3,
    reasoning: { effort: 'low', summary: 'auto' },
    include: ['reasoning.encrypted_content', 'message.output_text.logprobs'],
    top_logprobs: 2,
    text: { format: { type: 'json_schema', name: 's', schema: { type: 'object' }, strict: true }, verbosity: 'low' },
    prompt_cache_key: 'k',
    prompt_cache_retention: '24h',
    client_metadata: { a: 'b' },
    truncation: 'auto',
    metadata: { a: 'b' },
    stream_options: { include_obfuscation: false },
    min_p: 0.1,
    user: 'me',
  })
  expect(request).toEqual({
    model: 'gpt-5',
    messages: [{ role: 'user', content: 'Hi' }],
    stream: true,
    includeUsage: true,
    maxOutputTokens: 100,
    temperature: 0.2,
    topP: 0.3,
    reasoningEffort: 'low',
    logprobs: { top: 2 },
    responseFormat: { type: 'json-schema', name: 's', schema: { type: 'object' }, strict: true },
    user: 'me',
    extra: { prompt_cache_key: 'k', prompt_cache_retention: '24h', verbosity: 'low', min_p: 0.1 },
  })
  expect(translated).toBe(false)
  const nulls = [
    'instructions',
    'tools',
    'tool_choice',
    'text',
    'reasoning',
    'include',
    'previous_response_id',
    'store',
  ]
  expect((await read(Object.fromEntries(nulls.map((name) => [name, null])))).request.extra).toEqual({})
  expect((await read({ text: {} })).request.responseFormat).toBeUndefined()
})

describe('tools', () => {
  const weather = { type: 'function', name: 'weather', parameters: { type: 'object' }, strict: false }
  const hosted = [
    { type: 'web_search' },
    { type: 'image_generation' },
    { type: 'namespace', name: 'agents', description: '', tools: [] },
    { type: 'mcp', server_label: 'a b' },
  ]

  test('those that nobody serves are left out and named', async () => {
    const { request, omittedTools } = await read({
      tools: [...hosted, weather],
      tool_choice: 'auto',
      parallel_tool_calls: true,
    })
    expect(request.tools).toEqual([{ name: 'weather', parameters: { type: 'object' }, strict: false }])
    expect(request).toMatchObject({ toolChoice: { type: 'auto' }, parallelToolCalls: true })
    expect(omittedTools).toEqual(['web_search', 'image_generation', 'namespace:agents', 'mcp:a_b'])
  })

  test('with none left, there is no choice either', async () => {
    const { request } = await read({ tools: hosted, tool_choice: 'auto', parallel_tool_calls: true })
    expect(request.tools).toBeUndefined()
    expect(request.toolChoice).toBeUndefined()
    expect(request.parallelToolCalls).toBeUndefined()
  })

  test.each([
    [{ tools: [...hosted, weather], tool_choice: { type: 'web_search' } }, 'web_search'],
    [{ tools: [...hosted, weather], tool_choice: { type: 'mcp', server_label: 'x' } }, 'mcp:x'],
    [{ tools: hosted, tool_choice: 'required' }, 'web_search, image_generation'],
    [
      {
        tools: [...hosted, weather],
        tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'web_search' }] },
      },
      'web_search',
    ],
  ])('forced, they are refused: %j', async (fields, name) => {
    const fault = await faultOf(() => read(fields))
    expect(fault).toMatchObject({ status: 400, param: 'tool_choice', code: 'unsupported_value' })
    expect(fault.message).toContain(name)
  })

  test('choices', async () => {
    const allowed = {
      type: 'allowed_tools',
      mode: 'auto',
      tools: [{ type: 'web_search' }, { type: 'function', name: 'weather' }],
    }
    const chosen = async (tool_choice: unknown) => (await read({ tools: [weather], tool_choice })).request.toolChoice
    expect(await chosen(allowed)).toEqual({ type: 'allowed', mode: 'auto', names: ['weather'] })
    expect(await chosen({ ...allowed, tools: [{ type: 'web_search' }] })).toEqual({ type: 'none' })
    expect(await chosen({ type: 'function', name: 'weather' })).toEqual({ type: 'tool', name: 'weather' })
  })

  test('freeform ones', async () => {
    const format = { type: 'grammar', syntax: 'lark', definition: 'start: x' }
    const parsed = await read({ tools: [{ type: 'custom', name: 'apply_patch', description: 'P', format }] })
    expect(parsed.request.tools?.[0]).toMatchObject({ name: 'apply_patch', parameters: { required: ['input'] } })
    expect(parsed.request.tools?.[0]?.description).toContain('start: x')
    expect(parsed.translated).toBe(true)
  })
})

describe('faults', () => {
  test.each([
    [{ input: undefined }, 'input', 'missing_required_parameter'],
    [{ input: 5 }, 'input', 'invalid_type'],
    [{ input: [] }, 'input', 'invalid_value'],
    [{ input: [{ type: 'web_search_call', id: 'ws_1' }] }, 'input', 'invalid_value'],
    [{ input: [{ role: 'user', content: [] }] }, 'input[0].content', 'invalid_value'],
    [{ input: ['a'] }, 'input[0]', 'invalid_type'],
    [{ input: [{}] }, 'input[0].type', 'missing_required_parameter'],
    [{ input: [{ type: 'computer_call' }] }, 'input[0].type', 'unsupported_value'],
    [{ input: [{ role: 'robot', content: '' }] }, 'input[0].role', 'invalid_value'],
    [{ input: [{ role: 'user' }] }, 'input[0].content', 'missing_required_parameter'],
    [{ input: [{ role: 'user', content: [{ type: 'image_url' }] }] }, 'input[0].content[0].type', 'invalid_value'],
    [
      { input: [{ role: 'user', content: [{ type: 'input_image', file_id: 'f' }] }] },
      'input[0].content[0].file_id',
      'unsupported_parameter',
    ],
    [
      { input: [{ role: 'user', content: [{ type: 'input_file', file_url: 'f' }] }] },
      'input[0].content[0].file_url',
      'unsupported_parameter',
    ],
    [
      { input: [{ type: 'function_call', name: 'f', arguments: '' }] },
      'input[0].call_id',
      'missing_required_parameter',
    ],
    [{ input: [{ type: 'function_call_output', call_id: 'x', output: '' }] }, 'input[0]', 'invalid_value'],
    [{ background: true }, 'background', 'unsupported_parameter'],
    [{ conversation: 'conv_1' }, 'conversation', 'unsupported_parameter'],
    [{ prompt: { id: 'p' } }, 'prompt', 'unsupported_parameter'],
    [{ metadata: { a: 1 } }, 'metadata.a', 'invalid_type'],
    [{ text: 'json' }, 'text', 'invalid_type'],
    [{ text: { verbosity: 5 } }, 'text.verbosity', 'invalid_type'],
    [{ stream_options: 'x' }, 'stream_options', 'invalid_type'],
    [{ stream_options: { include_obfuscation: 1 } }, 'stream_options.include_obfuscation', 'invalid_type'],
    [{ prompt_cache_retention: 5 }, 'prompt_cache_retention', 'invalid_type'],
    [{ text: { format: { type: 'xml' } } }, 'text.format.type', 'invalid_value'],
    [{ truncation: 'some' }, 'truncation', 'invalid_value'],
    [{ tools: [{ name: 'f' }] }, 'tools[0].type', 'missing_required_parameter'],
    [{ previous_response_id: 'resp_no' }, 'previous_response_id', 'previous_response_not_found'],
  ])('%j', async (fields, param, code) => {
    expect(await faultOf(() => read(fields))).toMatchObject({ status: 400, param, code })
  })

  test.each([
    ['messages', [{ role: 'user', content: 'Hi' }], "'input'"],
    ['max_completion_tokens', 5, "'max_output_tokens'"],
    ['response_format', { type: 'json_object' }, "'text.format'"],
    ['functions', [{ name: 'f' }], "'tools'"],
    ['n', 2, ''],
  ])('a field of Chat Completions is not taken for one of Responses: %s', async (name, value, instead) => {
    const fault = await faultOf(() => read({ input: undefined, [name]: value }))
    expect(fault).toMatchObject({ status: 400, param: name, code: 'unsupported_parameter' })
    expect(fault.message).toContain(instead)
    expect((await read({ [name]: null })).request.extra).toEqual({})
  })

  test('every field that the writer of a chat body has of its own is one of them, or of Responses', async () => {
    const shape: Required<Omit<ChatRequest, 'prompts' | 'extra' | 'stream' | 'includeUsage'>> = {
      ...{ model: 'm', messages: [], tools: [{ name: 'f' }], toolChoice: { type: 'auto' }, parallelToolCalls: true },
      ...{ responseFormat: { type: 'text' }, maxOutputTokens: 1, temperature: 1, topP: 1, presencePenalty: 0, n: 1 },
      ...{ frequencyPenalty: 0, seed: 1, stop: ['x'], logprobs: { top: 1 }, reasoningEffort: 'low', user: 'me' },
      limitName: 'max_tokens',
    }
    for (const limitName of ['max_tokens', 'max_completion_tokens'] as const) {
      const request = { ...shape, limitName, stream: false, includeUsage: false, extra: {} }
      for (const name of Object.keys(writeChatBody(request))) {
        const passed = await read({ [name]: 'x', model: 'gpt-5' }).then(
          ({ request: { extra } }) => extra,
          () => ({}),
        )
        expect(passed).not.toHaveProperty(name)
      }
    }
  })

  test('a reference to an item that is not there', async () => {
    const fault = await faultOf(() => read({ input: [{ type: 'item_reference', id: 'msg_no' }] }))
    expect(fault).toMatchObject({ status: 404, param: 'input[0].id', code: 'not_found' })
  })

  test('what is nested too deeply to be repeated', async () => {
    const parameters = JSON.parse(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`)
    const fault = await faultOf(() => read({ tools: [{ type: 'function', name: 'f', parameters }] }))
    expect(fault).toMatchObject({ status: 400, param: 'tools', code: 'invalid_value' })
  })
})

describe('going on from a stored response', () => {
  async function answered(store: ResponseStore, fields: object, events = answers.textAndCalls) {
    const response = completed(await read(fields, store), events)
    if (!isRecord(response) || typeof response.id !== 'string' || !Array.isArray(response.output))
      throw new Error('no response')
    return { id: response.id, output: response.output, response }
  }

  const outputs = [
    { type: 'function_call_output', call_id: 'call_a', output: 'sunny' },
    { type: 'function_call_output', call_id: 'call_b', output: 'noon' },
  ]
  const turns = [
    { role: 'user', content: 'Hi' },
    {
      role: 'assistant',
      content: [{ type: 'text', text: 'Looking.' }],
      toolCalls: [
        { id: 'call_a', name: 'weather', arguments: '{"city":"A"}' },
        { id: 'call_b', name: 'time', arguments: '{}' },
      ],
    },
    { role: 'tool', toolCallId: 'call_a', content: 'sunny' },
    { role: 'tool', toolCallId: 'call_b', content: 'noon' },
  ]

  test('by previous_response_id, twice', async () => {
    const store = createMemoryResponseStore()
    const first = await answered(store, { instructions: 'Not carried over.' })
    const second = await read({ input: outputs, previous_response_id: first.id, instructions: 'New.' }, store)
    expect(second.request.messages).toEqual([{ role: 'system', content: 'New.' }, ...turns])
    const { id } = await answered(store, { input: outputs, previous_response_id: first.id }, answers.text)
    const third = await read({ input: 'And now?', previous_response_id: id }, store)
    expect(third.request.messages).toEqual([
      ...turns,
      { role: 'assistant', content: [{ type: 'text', text: 'Héllo 👋\n "wörld"' }] },
      { role: 'user', content: 'And now?' },
    ])
  })

  test('by previous_response_id alone', async () => {
    const store = createMemoryResponseStore()
    const { id } = await answered(store, {}, answers.text)
    for (const input of [undefined, null, []]) {
      const { messages } = (await read({ input, previous_response_id: id }, store)).request
      expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant'])
    }
  })

  test('a fault counts from the own items', async () => {
    const store = createMemoryResponseStore()
    const { id } = await answered(store, {})
    const fault = await faultOf(() =>
      read({ input: [...outputs, { role: 'robot', content: '' }], previous_response_id: id }, store),
    )
    expect(fault.param).toBe('input[2].role')
  })

  test('by item_reference, with and without its type', async () => {
    const store = createMemoryResponseStore()
    const { output } = await answered(store, {})
    const [message, ...calls] = output
    const input = [
      { role: 'user', content: 'Hi' },
      { type: 'item_reference', id: message.id },
      ...calls.map(({ id }) => ({ id })),
      ...outputs,
    ]
    expect((await read({ input }, store)).request.messages).toEqual(turns)
  })

  test('not where the client said store: false', async () => {
    const store = createMemoryResponseStore()
    const { id, response } = await answered(store, { store: false })
    expect(response.store).toBe(false)
    expect(await store.get(id)).toBeUndefined()
  })

  test('what is stored is what the client got', async () => {
    const store = createMemoryResponseStore()
    const { id, response } = await answered(store, { input: [{ role: 'user', content: 'x'.repeat(1000) }] })
    const stored = await store.get(id)
    expect(JSON.parse(stored?.response ?? '')).toEqual(response)
    expect(stored?.input).toMatchObject([{ role: 'user', id: expect.stringMatching(/^msg_/) }])
    expect(stored?.size).toBeGreaterThan(1000)
  })

  test('a store that waits, and one that fails', async () => {
    const memory = createMemoryResponseStore()
    const slow: ResponseStore = {
      put: async (entry) => memory.put(entry),
      get: async (id) => memory.get(id),
      delete: async (id) => memory.delete(id),
      findItem: async (id) => memory.findItem(id),
    }
    const { id } = await answered(slow, {})
    expect((await read({ input: outputs, previous_response_id: id }, slow)).request.messages).toEqual(turns)
    const broken: ResponseStore = { ...slow, put: () => Promise.reject(new Error('disk full')) }
    expect((await answered(broken, {})).response.status).toBe('completed')
  })
})
