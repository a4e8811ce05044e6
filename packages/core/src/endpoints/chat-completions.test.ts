import { describe, expect, test } from 'vitest'
import { chatCompletions } from './chat-completions.ts'
import { faultOf } from './faults.test.fixture.ts'

const user = { role: 'user', content: 'Hello' }

function read(fields: object) {
  return chatCompletions.parse({ model: 'gpt-4o', messages: [user], ...fields })
}

function messagesOf(...messages: unknown[]) {
  return read({ messages }).request.messages
}

describe('fields', () => {
  test('of every kind', () => {
    const { request } = read({
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 5,
      max_completion_tokens: 6,
      temperature: 0.5,
      top_p: 0.9,
      presence_penalty: 1,
      frequency_penalty: -1,
      seed: 42,
      stop: 'END',
      n: 2,
      logprobs: true,
      top_logprobs: 3,
      reasoning_effort: 'low',
      user: 'me',
      metadata: { a: 'b' },
      some_new_field: [null],
    })
    expect(request).toEqual({
      model: 'gpt-4o',
      messages: [user],
      stream: true,
      includeUsage: true,
      maxOutputTokens: 6,
      limitName: 'max_completion_tokens',
      temperature: 0.5,
      topP: 0.9,
      presencePenalty: 1,
      frequencyPenalty: -1,
      seed: 42,
      stop: ['END'],
      n: 2,
      logprobs: { top: 3 },
      reasoningEffort: 'low',
      user: 'me',
      extra: { metadata: { a: 'b' }, some_new_field: [null] },
    })
  })

  test('null is absent', () => {
    const nulls = [
      ...[
        'stream',
        'stream_options',
        'max_tokens',
        'max_completion_tokens',
        'temperature',
        'top_p',
        'n',
        'seed',
        'stop',
      ],
      ...['presence_penalty', 'frequency_penalty', 'logprobs', 'top_logprobs', 'reasoning_effort', 'user', 'tools'],
      ...['tool_choice', 'functions', 'function_call', 'parallel_tool_calls', 'response_format'],
    ]
    const { request } = read(Object.fromEntries(nulls.map((name) => [name, null])))
    expect(request).toEqual({ model: 'gpt-4o', messages: [user], stream: false, includeUsage: false, extra: {} })
  })

  test('stop as an array; usage only in a stream', () => {
    expect(read({ stop: ['a', 'b'] }).request.stop).toEqual(['a', 'b'])
    expect(read({ stop: '' }).request.stop).toBeUndefined()
    expect(read({ stream_options: { include_usage: true } }).request.includeUsage).toBe(false)
  })

  test('big strings are taken over, not copied', () => {
    const body = {
      model: 'm',
      messages: [{ role: 'user', content: 'x'.repeat(1_000_000) }],
      extra_field: { deep: [1] },
    }
    const { request } = chatCompletions.parse(body)
    expect(request.messages[0]?.content).toBe(body.messages[0]?.content)
    expect(request.extra.extra_field).toBe(body.extra_field)
  })

  test('a prototype in the body stays harmless', () => {
    const body = JSON.parse(
      '{"model":"m","__proto__":{"stream":true,"x":1},"messages":[{"role":"user","content":"a","__proto__":{"name":"n"}}],"constructor":{"prototype":{"y":1}}}',
    )
    const { request } = chatCompletions.parse(body)
    expect(request.stream).toBe(false)
    expect(Object.keys(request.extra)).toEqual(['constructor'])
    expect(Reflect.get({}, 'x')).toBeUndefined()
    expect(Object.getPrototypeOf(request.extra)).toBe(Object.prototype)
    expect(request.messages).toEqual([{ role: 'user', content: 'a' }])
  })

  test('unknown values may be nested as deep as JSON allows', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)
    const { request } = read({
      deep,
      messages: [{ ...user, deep }],
      tools: [{ type: 'function', function: { name: 'f', parameters: { deep } } }],
    })
    expect(request.extra.deep).toBe(deep)
    expect(request.messages[0]?.extra?.deep).toBe(deep)
  })
})

describe('messages', () => {
  test('of each role', () => {
    const calls = [
      { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' }, extra_content: { google: 1 } },
    ]
    expect(
      messagesOf(
        { role: 'system', content: 'S' },
        { role: 'developer', content: [{ type: 'text', text: 'D' }] },
        { role: 'user', content: 'U', name: 'ann' },
        { role: 'assistant', content: null, tool_calls: calls },
        { role: 'tool', tool_call_id: 'call_1', content: [{ type: 'text', text: 'T' }], name: 'f' },
        { role: 'assistant', content: 'A', reasoning_content: 'R', refusal: 'no' },
      ),
    ).toEqual([
      { role: 'system', content: 'S' },
      { role: 'developer', content: [{ type: 'text', text: 'D' }] },
      { role: 'user', content: 'U', name: 'ann' },
      {
        role: 'assistant',
        content: null,
        toolCalls: [{ id: 'call_1', name: 'f', arguments: '{}', extra: { extra_content: { google: 1 } } }],
      },
      { role: 'tool', toolCallId: 'call_1', content: [{ type: 'text', text: 'T' }], name: 'f' },
      { role: 'assistant', content: 'A', reasoning: 'R', refusal: 'no' },
    ])
  })

  test('what an SDK echoes back survives', () => {
    const echoed = { refusal: null, annotations: [], parsed: null, audio: null, function_call: null, tool_calls: null }
    expect(messagesOf({ role: 'assistant', content: 'A', ...echoed })).toEqual([
      { role: 'assistant', content: 'A', extra: { refusal: null, annotations: [], parsed: null, audio: null } },
    ])
  })

  test('parts of each kind', () => {
    const audio = { type: 'input_audio', input_audio: { data: 'x', format: 'wav' } }
    const cached = { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'low' } }
    expect(messagesOf({ role: 'user', content: [cached, image, audio] })).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a', extra: { cache_control: { type: 'ephemeral' } } },
          { type: 'image', url: 'data:image/png;base64,AA==', detail: 'low' },
          { type: 'other', value: audio },
        ],
      },
    ])
    expect(messagesOf({ role: 'assistant', content: [{ type: 'refusal', refusal: 'no' }] })).toEqual([
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'no' }] },
    ])
  })

  test('legacy function calls and their results belong together', () => {
    const conversation = [
      user,
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{"a":1}' } },
      { role: 'function', name: 'f', content: '1' },
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{"a":2}' } },
      { role: 'function', name: 'f', content: null },
    ]
    const messages = messagesOf(...conversation)
    const ids = messages.flatMap((each) =>
      each.role === 'assistant' ? (each.toolCalls ?? []).map(({ id }) => id) : [],
    )
    const results = messages.flatMap((each) => (each.role === 'tool' ? [each.toolCallId] : []))
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(2)
    expect(results).toEqual(ids)
    expect(messagesOf(...conversation)).toEqual(messages)
  })
})

describe('tools', () => {
  const weather = {
    type: 'function',
    function: { name: 'weather', description: 'd', parameters: { type: 'object' }, strict: true },
  }
  const bare = { type: 'function', function: { name: 'bare' }, cache_control: { type: 'ephemeral' } }

  test('of every form', () => {
    const { request, translated } = read({
      tools: [weather, bare],
      tool_choice: 'required',
      parallel_tool_calls: false,
    })
    expect(request.tools).toEqual([
      { name: 'weather', description: 'd', parameters: { type: 'object' }, strict: true },
      { name: 'bare', extra: { cache_control: { type: 'ephemeral' } } },
    ])
    expect(request).toMatchObject({ toolChoice: { type: 'required' }, parallelToolCalls: false })
    expect(translated).toBe(false)
  })

  test.each([
    ['auto', { type: 'auto' }],
    ['none', { type: 'none' }],
    [
      { type: 'function', function: { name: 'bare' } },
      { type: 'tool', name: 'bare' },
    ],
    [
      {
        type: 'allowed_tools',
        allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'bare' } }] },
      },
      { type: 'allowed', mode: 'auto', names: ['bare'] },
    ],
  ])('tool_choice %j', (given, expected) => {
    expect(read({ tools: [weather, bare], tool_choice: given }).request.toolChoice).toEqual(expected)
  })

  test('no tools: a choice that asks for nothing is dropped', () => {
    const { request } = read({ tools: [], tool_choice: 'auto', parallel_tool_calls: true })
    expect(request.tools).toBeUndefined()
    expect(request.toolChoice).toBeUndefined()
    expect(request.parallelToolCalls).toBeUndefined()
  })

  test('legacy functions are tools, one call at a time', () => {
    const { request, translated } = read({ functions: [{ name: 'f', parameters: {} }], function_call: { name: 'f' } })
    expect(request).toMatchObject({
      tools: [{ name: 'f', parameters: {} }],
      toolChoice: { type: 'tool', name: 'f' },
      parallelToolCalls: false,
      extra: {},
    })
    expect(translated).toBe(true)
  })

  test('a custom tool is a function of one text', () => {
    const grammar = { syntax: 'lark', definition: 'start: "a"' }
    const custom = { name: 'patch', description: 'Patches.', format: { type: 'grammar', grammar } }
    const { request, translated } = read({
      tools: [{ type: 'custom', custom }],
      tool_choice: { type: 'custom', custom: { name: 'patch' } },
    })
    expect(request.tools?.[0]).toMatchObject({
      name: 'patch',
      description: 'Patches.\n\nThe input must follow this lark grammar:\nstart: "a"',
      parameters: { required: ['input'] },
    })
    expect(request.toolChoice).toEqual({ type: 'tool', name: 'patch' })
    expect(translated).toBe(true)
    const calls = [{ id: 'c', type: 'custom', custom: { name: 'patch', input: 'a\n"b"' } }]
    expect(messagesOf({ role: 'assistant', content: '', tool_calls: calls })).toMatchObject([
      { toolCalls: [{ id: 'c', name: 'patch', arguments: '{"input":"a\\n\\"b\\""}' }] },
    ])
  })
})

test('response formats', () => {
  expect(read({ response_format: { type: 'json_object' } }).request.responseFormat).toEqual({ type: 'json-object' })
  const json_schema = { name: 's', schema: { type: 'object' }, strict: true }
  expect(read({ response_format: { type: 'json_schema', json_schema } }).request.responseFormat).toEqual({
    type: 'json-schema',
    name: 's',
    schema: { type: 'object' },
    strict: true,
  })
})

describe('faults name the field', () => {
  const tools = [{ type: 'function', function: { name: 'f' } }]
  test.each([
    [{ model: undefined }, 'model', 'missing_required_parameter', "Missing required parameter: 'model'."],
    [
      { model: '' },
      'model',
      'invalid_value',
      "Invalid 'model': empty string. Expected a string with minimum length 1.",
    ],
    [{ model: 5 }, 'model', 'invalid_type', "Invalid type for 'model': expected a string, but got an integer instead."],
    [{ messages: undefined }, 'messages', 'missing_required_parameter', "Missing required parameter: 'messages'."],
    [
      { messages: 'hi' },
      'messages',
      'invalid_type',
      "Invalid type for 'messages': expected an array of objects, but got a string instead.",
    ],
    [
      { messages: [] },
      'messages',
      'invalid_value',
      "Invalid 'messages': empty array. Expected an array with minimum length 1.",
    ],
    [
      { messages: ['hi'] },
      'messages[0]',
      'invalid_type',
      "Invalid type for 'messages[0]': expected an object, but got a string instead.",
    ],
    [
      { messages: [{ content: 'a' }] },
      'messages[0].role',
      'missing_required_parameter',
      "Missing required parameter: 'messages[0].role'.",
    ],
    [
      { messages: [user, { role: 'robot', content: 'a' }] },
      'messages[1].role',
      'invalid_value',
      "Invalid value: 'robot'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool' and 'developer'.",
    ],
    [
      { messages: [{ role: 'user', content: 5 }] },
      'messages[0].content',
      'invalid_type',
      "Invalid type for 'messages[0].content': expected one of a string or an array of objects, but got an integer instead.",
    ],
    [{ messages: [{ role: 'user', content: null }] }, 'messages[0].content', 'invalid_type', /but got null instead/],
    [{ messages: [{ role: 'user' }] }, 'messages[0].content', 'missing_required_parameter', /messages\[0\]\.content/],
    [
      { messages: [{ role: 'user', content: [{ type: 'text' }] }] },
      'messages[0].content[0].text',
      'missing_required_parameter',
      /text/,
    ],
    [
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: 'x' }] }] },
      'messages[0].content[0].image_url',
      'invalid_type',
      /an object/,
    ],
    [
      { messages: [{ role: 'tool', content: 'x' }] },
      'messages[0].tool_call_id',
      'missing_required_parameter',
      /tool_call_id/,
    ],
    [
      {
        messages: [
          { role: 'assistant', tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: {} } }] },
        ],
      },
      'messages[0].tool_calls[0].function.arguments',
      'invalid_type',
      /expected a string, but got an object/,
    ],
    [
      { messages: [{ role: 'function', name: 'f', content: '' }] },
      'messages[0]',
      'invalid_value',
      /no earlier message calls/,
    ],
    [
      { temperature: 3 },
      'temperature',
      'invalid_value',
      "Invalid 'temperature': integer above maximum value. Expected a value <= 2, but got 3 instead.",
    ],
    [
      { temperature: 'hot' },
      'temperature',
      'invalid_type',
      "Invalid type for 'temperature': expected a decimal, but got a string instead.",
    ],
    [{ n: 0 }, 'n', 'invalid_value', /Expected a value >= 1, but got 0/],
    [{ n: 1.5 }, 'n', 'invalid_type', "Invalid type for 'n': expected an integer, but got a decimal instead."],
    [
      { stop: 5 },
      'stop',
      'invalid_type',
      "Invalid type for 'stop': expected one of a string or an array, but got an integer instead.",
    ],
    [
      { stop: ['a', 5] },
      'stop[1]',
      'invalid_type',
      "Invalid type for 'stop[1]': expected a string, but got an integer instead.",
    ],
    [{ stream: 'yes' }, 'stream', 'invalid_type', /a boolean, but got a string/],
    [{ stream_options: { include_usage: 1 } }, 'stream_options.include_usage', 'invalid_type', /a boolean/],
    [{ top_logprobs: 2 }, 'top_logprobs', 'invalid_value', /only allowed when 'logprobs' is true/],
    [
      { tools: [{ type: 'web_search' }] },
      'tools[0].type',
      'invalid_value',
      "Invalid value: 'web_search'. Supported values are: 'function' and 'custom'.",
    ],
    [{ tools: [{ type: 'function' }] }, 'tools[0].function', 'missing_required_parameter', /function/],
    [
      { tools: [{ type: 'function', function: { name: 'f', parameters: 'x' } }] },
      'tools[0].function.parameters',
      'invalid_type',
      /object/,
    ],
    [
      { tools, tool_choice: { type: 'function', function: { name: 'g' } } },
      'tool_choice',
      'invalid_value',
      "Tool choice 'g' not found in 'tools' parameter.",
    ],
    [
      { tool_choice: 'required' },
      'tool_choice',
      'invalid_value',
      "'tool_choice' is only allowed when 'tools' are specified.",
    ],
    [{ tools, tool_choice: 'any' }, 'tool_choice', 'invalid_value', /'none', 'auto' and 'required'/],
    [
      { response_format: { type: 'xml' } },
      'response_format.type',
      'invalid_value',
      /'json_object', 'json_schema' and 'text'/,
    ],
    [
      { response_format: { type: 'json_schema' } },
      'response_format.json_schema',
      'missing_required_parameter',
      /json_schema/,
    ],
  ])('%j', async (fields, param, code, message) => {
    const fault = await faultOf(() => read(fields))
    expect(fault).toMatchObject({ status: 400, type: 'invalid_request_error', param, code })
    if (typeof message === 'string') expect(fault.message).toBe(message)
    else expect(fault.message).toMatch(message)
  })

  test.each([null, 5, 'x', [], undefined])('a body of %j', async (body) => {
    const fault = await faultOf(() => chatCompletions.parse(body))
    expect(fault).toMatchObject({ status: 400, code: 'invalid_type' })
    expect(fault.message).toMatch(/expected an object/)
  })
})
