import { describe, expect, test } from 'vitest'
import { type UpstreamConfig, upstreamSchema } from '../config/schema.ts'
import type { AnswerCall } from '../contract/format.ts'
import type { ChatRequest, Message, ToolChoice } from '../contract/request.ts'
import { createArgoUpstream } from './argo.ts'
import { isObject, type JsonObject, parseJson } from './json.ts'

function upstream(config: Partial<UpstreamConfig> = {}) {
  return createArgoUpstream({ ...upstreamSchema.parse({ base_url: 'https://argo.test/argoapi' }), ...config })
}

function request(fields: Partial<ChatRequest> = {}): ChatRequest {
  const messages: Message[] = [{ role: 'user', content: 'Hi' }]
  return { model: 'argo:gpt-4o', messages, stream: false, includeUsage: false, extra: {}, ...fields }
}

function calls(fields: Partial<ChatRequest>, kind: 'stream' | 'complete' = 'complete', native = false): AnswerCall[] {
  return upstream({ native_tools: native }).answer(request(fields), kind, { user: 'ada' })
}

function bodyOf(call: AnswerCall | undefined): JsonObject {
  const body = parseJson(call?.body ?? '')
  if (!isObject(body)) throw new Error(`no body: ${call?.body}`)
  return body
}

function body(fields: Partial<ChatRequest>, native = false): JsonObject {
  return bodyOf(calls(fields, 'complete', native)[0])
}

describe('the URLs of ARGO', () => {
  const pathOf = (config: Partial<UpstreamConfig>) =>
    upstream(config).answer(request(), 'complete', { user: 'ada' })[0]?.url.href
  test.each([
    'https://argo.test/argoapi',
    'https://argo.test/argoapi/',
    'https://argo.test/argoapi/api/v1',
    'https://argo.test/argoapi/api/v1/',
    'https://argo.test/argoapi/v1/',
  ])('come from the base %s', (base_url) => {
    expect(pathOf({ base_url })).toBe('https://argo.test/argoapi/api/v1/resource/chat/')
  })

  test('are one for each call, and a single URL of the configuration wins', () => {
    const argo = upstream({ argo_stream_url: 'https://other.test/stream/' })
    const context = { user: 'ada' }
    const embedding = { model: 'v3small', input: ['a'], encodingFormat: 'float', extra: {} } as const
    expect(argo.answer(request(), 'complete', context)[0]?.url.pathname).toBe('/argoapi/api/v1/resource/chat/')
    expect(argo.answer(request(), 'stream', context)[0]?.url.href).toBe('https://other.test/stream/')
    expect(argo.embeddings(embedding, context).url.pathname).toBe('/argoapi/api/v1/resource/embed/')
    expect(argo.models().url.pathname).toBe('/argoapi/api/v1/models/')
  })

  test('go with the key and the headers of the configuration', () => {
    const [call] = upstream({ api_key: 'k', headers: { 'X-Lab': '1' } }).answer(request(), 'stream', { user: 'ada' })
    expect(call?.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: 'Bearer k',
      'x-lab': '1',
    })
  })
})

describe('the body for ARGO', () => {
  test('has the account, the internal id and the sampling fields', () => {
    const fields = { temperature: 0.5, topP: 0.9, maxOutputTokens: 10, stop: ['END'], presencePenalty: 1 }
    expect(body(fields)).toEqual({
      user: 'ada',
      model: 'gpt4o',
      messages: [{ role: 'user', content: 'Hi' }],
      temperature: 0.5,
      top_p: 0.9,
      max_tokens: 10,
      stop: ['END'],
      presence_penalty: 1,
    })
  })

  test('needs an account', () => {
    expect(() => upstream().answer(request(), 'complete', {})).toThrow(/set `user`/)
  })

  test('says developer as system, null as an empty text, and parts as one text', () => {
    const messages: Message[] = [
      { role: 'developer', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'one' },
          { type: 'text', text: 'two' },
        ],
        name: 'bob',
      },
      { role: 'assistant', content: null, refusal: 'No.' },
      { role: 'user', content: 'Why?' },
      { role: 'assistant', content: null },
    ]
    expect(body({ messages }).messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'one\n\ntwo' },
      { role: 'assistant', content: 'No.' },
      { role: 'user', content: 'Why?' },
      { role: 'assistant', content: '' },
    ])
  })

  test('carries images as data URLs and refuses what the gateway would have to fetch', () => {
    const url = 'data:image/png;base64,AAAA'
    const withImage = (imageUrl: string): Message[] => [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image', url: imageUrl, detail: 'low' },
        ],
      },
    ]
    expect(body({ messages: withImage(url) }).messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image_url', image_url: { url, detail: 'low' } },
        ],
      },
    ])
    const refused = { status: 400, code: 'unsupported_value', param: 'messages[0].content[1].image_url.url' }
    expect(() => body({ messages: withImage('https://x.test/a.png') })).toThrow(expect.objectContaining(refused))
    const textOnly = { param: 'messages[0].content[1]' }
    expect(() => body({ model: 'o3-mini', messages: withImage(url) })).toThrow(expect.objectContaining(textOnly))
  })

  test('refuses parts that it cannot carry, by their place', () => {
    const audio: Message = { role: 'user', content: [{ type: 'other', value: { type: 'input_audio' } }] }
    const refused = expect.objectContaining({ status: 400, param: 'messages[1].content[0]' })
    expect(() => body({ messages: [{ role: 'user', content: 'a' }, audio] })).toThrow(refused)
  })

  test('speaks tool calls and results of the history as text where no tools are offered', () => {
    const messages: Message[] = [
      { role: 'user', content: 'Weather?' },
      {
        role: 'assistant',
        content: 'Let me see.',
        toolCalls: [{ id: 'c1', name: 'weather', arguments: '{"city":"Bonn"}' }],
      },
      { role: 'tool', toolCallId: 'c1', content: 'rain' },
      { role: 'tool', toolCallId: 'lost', content: [{ type: 'text', text: 'sun' }] },
      { role: 'user', content: 'So?' },
    ]
    expect(body({ messages }).messages).toEqual([
      { role: 'user', content: 'Weather?' },
      { role: 'assistant', content: 'Let me see.\n\n[I called the tool weather with {"city":"Bonn"}]' },
      { role: 'user', content: '[Result of the tool weather]\nrain\n\n[Result of the tool]\nsun' },
      { role: 'user', content: 'So?' },
    ])
  })
})

describe('the quirks of model families', () => {
  const everything = {
    temperature: 0.5,
    topP: 0.9,
    presencePenalty: 1,
    frequencyPenalty: 1,
    stop: ['x'],
    reasoningEffort: 'low',
    maxOutputTokens: 50_000,
  }
  const optional = ['temperature', 'top_p', 'presence_penalty', 'frequency_penalty', 'stop', 'reasoning_effort']
  test.each([
    ['gpt-4o', [...optional.slice(0, 5), 'max_tokens']],
    ['gpt-5', ['reasoning_effort', 'max_completion_tokens']],
    ['gpt-5-mini', ['reasoning_effort', 'max_completion_tokens']],
    ['o3', ['reasoning_effort', 'max_completion_tokens']],
    ['o1-preview', ['max_completion_tokens']],
    ['gemini-2.5-pro', ['temperature', 'top_p', 'stop', 'max_tokens']],
    ['claude-sonnet-3.7', ['temperature', 'top_p', 'stop', 'max_tokens']],
    ['claude-opus-4', ['temperature', 'top_p', 'stop', 'max_tokens']],
    ['claude-opus-4.1', ['temperature', 'top_p', 'stop', 'max_tokens']],
    ['claude-haiku-4.5', ['temperature', 'stop', 'max_tokens']],
    ['claude-sonnet-4.6', ['temperature', 'stop', 'max_tokens']],
    ['claude-opus-4.7', ['stop', 'max_tokens']],
    ['some-new-model', [...optional.slice(0, 5), 'max_tokens']],
  ])('%s takes %j', (model, fields) => {
    const { user: _user, model: _model, messages: _messages, ...sent } = body({ ...everything, model })
    expect(Object.keys(sent).sort()).toEqual([...fields].sort())
  })

  test('one sampler alone passes where two do not', () => {
    expect(body({ model: 'claude-sonnet-4.5', topP: 0.9 }).top_p).toBe(0.9)
  })

  test('what is left out is named', () => {
    const [call] = calls({ ...everything, model: 'claude-sonnet-4.5', seed: 1, extra: { store: true, top_k: 3 } })
    expect(call?.dropped).toEqual([
      'top_k',
      'seed',
      'top_p',
      'presence_penalty',
      'frequency_penalty',
      'reasoning_effort',
    ])
  })

  test('Claude gets the limit that it demands', () => {
    expect(body({ model: 'claude-opus-4' }).max_tokens).toBe(32_000)
    expect(body({ model: 'claude-sonnet-3.5-v2' }).max_tokens).toBe(8_192)
    expect(body({ model: 'gpt-4o' })).not.toHaveProperty('max_tokens')
  })

  test('Claude is asked for a stream even where the answer is wanted whole', () => {
    const [call] = calls({ model: 'claude-opus-4' }, 'complete')
    expect(call?.url.pathname).toContain('/streamchat/')
    const events: string[] = []
    const decoder = call?.decode()
    decoder?.write(Buffer.from('plain text'), (event) => events.push(event.type))
    expect(events).toEqual(['start', 'text-delta'])
  })

  test('o1-preview has no system messages', () => {
    const messages: Message[] = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ]
    expect(body({ model: 'o1-preview', messages }).messages).toEqual([
      { role: 'user', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ])
  })
})

describe('what ARGO cannot carry', () => {
  test.each([
    [{ logprobs: { top: 2 } }, 'logprobs'],
    [{ responseFormat: { type: 'json-object' } }, 'response_format'],
    [{ prompts: [[1, 2]] }, 'prompt'],
    [{ tools: [{ name: 'f' }] }, 'tools'],
    [{ extra: { logit_bias: { 5: 1 } } }, 'logit_bias'],
    [{ extra: { modalities: ['text', 'audio'] } }, 'modalities'],
    [{ extra: { audio: { voice: 'a' } } }, 'audio'],
    [{ extra: { web_search_options: {} } }, 'web_search_options'],
    [{ extra: { best_of: 3 } }, 'best_of'],
  ] satisfies [Partial<ChatRequest>, string][])('is a 400 that names it: %j', (fields, param) => {
    const refused = expect.objectContaining({ status: 400, code: 'unsupported_parameter', param })
    expect(() => calls(fields)).toThrow(refused)
  })

  test.each([
    { responseFormat: { type: 'text' } },
    { extra: { logit_bias: {}, modalities: ['text'], audio: null, store: false, best_of: 1, service_tier: 'auto' } },
    { tools: [{ name: 'f' }], toolChoice: { type: 'none' } },
  ] satisfies Partial<ChatRequest>[])('is not meant by %j', (fields) => {
    expect(body(fields)).toEqual({ user: 'ada', model: 'gpt4o', messages: [{ role: 'user', content: 'Hi' }] })
    expect(calls(fields)[0]?.dropped).toEqual([])
  })
})

describe('several choices', () => {
  test('are several calls, numbered in the order of prompts and then of n', () => {
    const messages: Message[] = [
      { role: 'user', content: 'one' },
      { role: 'user', content: 'two' },
    ]
    const made = calls({ n: 2, prompts: ['one', 'two'], messages }, 'stream')
    const contents = made.map((call) => [call.firstChoice, bodyOf(call).messages])
    const said = (content: string) => [{ role: 'user', content }]
    expect(contents).toEqual([
      [0, said('one')],
      [1, said('one')],
      [2, said('two')],
      [3, said('two')],
    ])
  })

  test('each have a decoder of their own', () => {
    const [first, second] = calls({ n: 2 }, 'stream')
    const half = Buffer.from('é').subarray(0, 1)
    const decoders = [first?.decode(), second?.decode()]
    const texts: string[] = []
    for (const decoder of decoders) decoder?.write(half, () => texts.push('too early'))
    decoders[1]?.write(Buffer.from('é').subarray(1), (event) => event.type === 'text-delta' && texts.push(event.delta))
    expect(texts).toEqual(['é'])
  })
})

describe('native tools', () => {
  const parameters = { type: 'object', properties: { city: { type: 'string' } } }
  const tools = [{ name: 'weather', description: 'Weather', parameters, strict: true }, { name: 'now' }]
  const history: Message[] = [
    { role: 'user', content: 'Weather?' },
    {
      role: 'assistant',
      content: 'Both.',
      toolCalls: [
        { id: 'c1', name: 'weather', arguments: '{"city":"Bonn"}' },
        { id: 'c2', name: 'now', arguments: '' },
      ],
    },
    { role: 'tool', toolCallId: 'c2', content: 'noon' },
    { role: 'tool', toolCallId: 'c1', content: 'rain' },
  ]

  test('are asked for whole: calls do not come in the stream', () => {
    expect(calls({ tools }, 'stream', true)[0]?.url.pathname).toContain('/resource/chat/')
    const [claude] = calls({ tools, model: 'claude-opus-4', maxOutputTokens: 64_000 }, 'stream', true)
    expect(claude?.url.pathname).toContain('/resource/chat/')
    expect(bodyOf(claude).max_tokens).toBe(21_000)
  })

  test('have OpenAI’s form for its models', () => {
    const sent = body(
      { tools, messages: history, toolChoice: { type: 'tool', name: 'now' }, parallelToolCalls: false },
      true,
    )
    expect(sent.tools).toEqual([
      { type: 'function', function: { name: 'weather', description: 'Weather', parameters, strict: true } },
      { type: 'function', function: { name: 'now' } },
    ])
    expect(sent.tool_choice).toEqual({ type: 'function', function: { name: 'now' } })
    expect(sent.parallel_tool_calls).toBe(false)
    expect(sent.messages).toEqual([
      { role: 'user', content: 'Weather?' },
      {
        role: 'assistant',
        content: 'Both.',
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Bonn"}' } },
          { id: 'c2', type: 'function', function: { name: 'now', arguments: '' } },
        ],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'rain' },
      { role: 'tool', tool_call_id: 'c2', content: 'noon' },
    ])
  })

  test('have Anthropic’s form for Claude', () => {
    const sent = body(
      { model: 'claude-opus-4', tools, messages: history, toolChoice: { type: 'required' }, parallelToolCalls: false },
      true,
    )
    expect(sent.tools).toEqual([
      { name: 'weather', description: 'Weather', input_schema: parameters },
      { name: 'now', input_schema: { type: 'object', properties: {} } },
    ])
    expect(sent.tool_choice).toEqual({ type: 'any', disable_parallel_tool_use: true })
    expect(sent).not.toHaveProperty('parallel_tool_calls')
    expect(sent.messages).toEqual([
      { role: 'user', content: 'Weather?' },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Both.' },
          { type: 'tool_use', id: 'c1', name: 'weather', input: { city: 'Bonn' } },
          { type: 'tool_use', id: 'c2', name: 'now', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'c1', content: 'rain' },
          { type: 'tool_result', tool_use_id: 'c2', content: 'noon' },
        ],
      },
    ])
  })

  test('have Google’s form for Gemini, call after call', () => {
    const sent = body({ model: 'gemini-2.5-pro', tools, messages: history }, true)
    expect(sent.tools).toEqual([{ name: 'weather', description: 'Weather', parameters }, { name: 'now' }])
    expect(sent).not.toHaveProperty('tool_choice')
    expect(sent.messages).toEqual([
      { role: 'user', content: 'Weather?' },
      { role: 'assistant', content: 'Both.', tool_calls: [{ id: 'c1', name: 'weather', args: { city: 'Bonn' } }] },
      { role: 'tool', tool_call_id: 'c1', content: 'rain', name: 'weather' },
      { role: 'assistant', content: '', tool_calls: [{ id: 'c2', name: 'now', args: {} }] },
      { role: 'tool', tool_call_id: 'c2', content: 'noon', name: 'now' },
    ])
    const forced = { model: 'gemini-2.5-pro', tools, toolChoice: { type: 'required' } } as const
    expect(() => body(forced, true)).toThrow(expect.objectContaining({ param: 'tool_choice' }))
  })

  test('give a call without a result one, since the vendors refuse it otherwise', () => {
    const sent = body({ tools, messages: [...history.slice(0, 3), { role: 'user', content: 'So?' }] }, true)
    expect(sent.messages).toContainEqual({ role: 'tool', tool_call_id: 'c1', content: '(no result)' })
  })

  test('offer only those that are allowed', () => {
    const toolChoice: ToolChoice = { type: 'allowed', mode: 'required', names: ['now'] }
    const sent = body({ tools, toolChoice }, true)
    expect(sent.tools).toEqual([{ type: 'function', function: { name: 'now' } }])
    expect(sent.tool_choice).toBe('required')
  })
})

describe('embeddings on ARGO', () => {
  const embedding = { model: 'text-embedding-3-small', input: ['a', 'b'], encodingFormat: 'float', extra: {} } as const
  const vectors = [
    [0.5, -0.25],
    [1, 2],
  ]
  const context = { user: 'ada' }

  test('send a list of texts and number what comes back', () => {
    const call = upstream().embeddings(embedding, context)
    expect(parseJson(call.body ?? '')).toEqual({ user: 'ada', model: 'v3small', prompt: ['a', 'b'] })
    expect(call.read({ embedding: vectors })).toEqual({
      object: 'list',
      data: [
        { object: 'embedding', index: 0, embedding: [0.5, -0.25] },
        { object: 'embedding', index: 1, embedding: [1, 2] },
      ],
      model: 'text-embedding-3-small',
      usage: { prompt_tokens: 0, total_tokens: 0 },
    })
  })

  test('encode as 32-bit floats, little-endian', () => {
    const call = upstream().embeddings({ ...embedding, encodingFormat: 'base64' }, context)
    const [first] = call.read({ embedding: vectors }).data
    expect(first?.embedding).toBe(Buffer.from([0, 0, 0, 0x3f, 0, 0, 0x80, 0xbe]).toString('base64'))
  })

  test('take the vector of a single text alone', () => {
    const call = upstream().embeddings({ ...embedding, input: ['a'] }, context)
    expect(call.read({ embedding: [1, 2] }).data).toHaveLength(1)
  })

  test.each([
    [{ dimensions: 8 }, 'dimensions'],
    [{ input: ['a', [1, 2]] }, 'input[1]'],
  ])('refuse %j by name', (fields, param) => {
    expect(() => upstream().embeddings({ ...embedding, ...fields }, context)).toThrow(
      expect.objectContaining({ status: 400, param }),
    )
  })

  test.each([
    [{ embedding: [[1, 2]] }, 502],
    [{ embedding: [[1], ['x']] }, 502],
    [{ nothing: 1 }, 502],
    ['<html>', 502],
    [{ response: 'AUTHENTICATION NOTICE FROM ARGO' }, 401],
    [{ detail: 'too long' }, 502],
  ])('find %j no answer', (answer, status) => {
    expect(() => upstream().embeddings(embedding, context).read(answer)).toThrow(expect.objectContaining({ status }))
  })
})

test('reading the list of models teaches the names', () => {
  const argo = upstream()
  expect(argo.models().read([{ id: 'gpt9', model_name: 'GPT 9 Ultra' }])[0]?.id).toBe('argo:gpt-9-ultra')
  const [call] = argo.answer(request({ model: 'gpt-9-ultra' }), 'complete', { user: 'ada' })
  expect(bodyOf(call).model).toBe('gpt9')
  expect(() => argo.answer(request({ model: 'gpt-9-ultro' }), 'complete', { user: 'ada' })).toThrow(
    expect.objectContaining({ code: 'model_not_found', message: expect.stringContaining('argo:gpt-9-ultra') }),
  )
})
