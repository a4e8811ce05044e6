import { describe, expect, test } from 'vitest'
import { type UpstreamConfig, upstreamSchema } from '../config/schema.ts'
import type { ChatRequest } from '../contract/request.ts'
import type { AnswerCall, CallContext } from '../contract/upstream.ts'
import { chatCompletions } from '../endpoints/chat-completions.ts'
import { completions } from '../endpoints/completions.ts'
import { isRecord } from '../record.ts'
import { createUpstream } from './create-upstream.ts'
import { type JsonObject, parseJson } from './json.ts'

const chat: CallContext = { user: 'ada', endpoint: 'chat-completions' }

function upstream(config: Partial<UpstreamConfig> = {}, environment: Record<string, string> = {}) {
  const base = upstreamSchema.parse({ kind: 'openai', base_url: 'https://up.test/v1/' })
  return createUpstream({ ...base, ...config }, environment)
}

function bodyOf(call: AnswerCall | undefined): JsonObject {
  const body = parseJson(String(call?.body ?? ''))
  if (!isRecord(body)) throw new Error(`no body: ${call?.body}`)
  return body
}

function minimal(fields: Partial<ChatRequest> = {}): ChatRequest {
  const messages = [{ role: 'user', content: 'Hi' } as const]
  return { model: 'gpt-4o', messages, stream: false, includeUsage: false, extra: {}, ...fields }
}

/** What reaches the upstream of a chat body that a client sent. */
function forwarded(body: JsonObject, kind: 'stream' | 'complete' = 'complete'): JsonObject {
  return bodyOf(upstream().answer(chatCompletions.parse(body).request, kind, chat)[0])
}

describe('a chat request', () => {
  const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a": 1}' } }
  const rich: JsonObject = {
    model: 'gpt-4o',
    messages: [
      { role: 'system', content: 'Be brief.', cache_control: { type: 'ephemeral' } },
      {
        role: 'developer',
        content: [{ type: 'text', text: 'Always.', cache_control: { type: 'ephemeral' } }],
        name: 'dev',
      },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image_url', image_url: { url: 'https://x.test/a.png', detail: 'high' } },
          { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
          { type: 'file', file: { file_id: 'file-1' } },
        ],
        name: 'bob',
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ ...call, extra_content: { google: { thought_signature: 's' } } }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: [{ type: 'text', text: 'done' }] },
      { role: 'assistant', content: 'Hm.', reasoning_content: 'thinking', annotations: [], audio: { id: 'audio_1' } },
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }], refusal: 'No.' },
      { role: 'user', content: 'Go on' },
    ],
    temperature: 0,
    top_p: 0.5,
    presence_penalty: -1,
    frequency_penalty: 1,
    max_tokens: 100,
    seed: 7,
    stop: ['a', 'b'],
    n: 2,
    user: 'someone',
    logprobs: true,
    top_logprobs: 2,
    reasoning_effort: 'low',
    tools: [
      { type: 'function', function: { name: 'f', description: 'F', parameters: { type: 'object' }, strict: true } },
      { type: 'function', function: { name: 'g' }, cache_control: { type: 'ephemeral' } },
    ],
    tool_choice: { type: 'function', function: { name: 'f' } },
    parallel_tool_calls: false,
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'box', schema: { type: 'object' }, strict: true, description: 'A box' },
    },
    logit_bias: { 50256: -100 },
    metadata: { run: '1' },
    store: false,
    service_tier: 'auto',
    prediction: { type: 'content', content: 'x' },
    top_k: 40,
    chat_template_kwargs: { enable_thinking: false },
    guided_json: { type: 'object' },
  }

  test('reaches the upstream as it was sent', () => {
    expect(forwarded(rich)).toEqual(rich)
  })

  test.each([
    { max_tokens: undefined, max_completion_tokens: 100 },
    { tool_choice: 'auto' },
    { tool_choice: 'required' },
    { tool_choice: 'none' },
    {
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'g' } }] },
      },
    },
    { response_format: { type: 'text' } },
    { response_format: { type: 'json_object' } },
  ])('keeps %j', (fields) => {
    expect(forwarded({ ...rich, ...fields })).toEqual({ ...rich, ...fields })
  })

  test('has what is written of it, whatever else was sent', () => {
    const extra = { messages: [], model: 'other', temperature: 2, top_k: 1 }
    const [call] = upstream().answer(minimal({ temperature: 0, extra }), 'complete', chat)
    const messages = [{ role: 'user', content: 'Hi' }]
    expect(bodyOf(call)).toEqual({ model: 'gpt-4o', messages, temperature: 0, top_k: 1 })
  })

  test('adds nothing of its own', () => {
    const body = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }
    expect(forwarded(body)).toEqual(body)
    expect(forwarded({ ...body, stream: false })).toEqual(body)
    expect(forwarded({ ...body, stream: true }, 'stream')).toEqual({ ...body, stream: true })
    expect(forwarded({ ...body, stream: true }, 'complete')).toEqual(body)
  })

  test('asks for usage in the stream only where the client did', () => {
    const body = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], stream: true }
    const asking = { ...body, stream_options: { include_usage: true } }
    expect(forwarded(asking, 'stream')).toEqual(asking)
    expect(forwarded(asking, 'complete')).not.toHaveProperty('stream_options')
  })

  test.each([
    ['gpt-4o', 'max_tokens'],
    ['llama3.1:8b', 'max_tokens'],
    ['qwen/qwen3-coder', 'max_tokens'],
    ['o3-mini', 'max_completion_tokens'],
    ['openai/o1', 'max_completion_tokens'],
    ['gpt-5-mini', 'max_completion_tokens'],
    ['argo:gpto3', 'max_completion_tokens'],
  ])('that does not come from Chat Completions names the limit for %s %s', (model, name) => {
    expect(bodyOf(upstream().answer(minimal({ model, maxOutputTokens: 9 }), 'complete', {})[0])[name]).toBe(9)
  })

  test('has no choice of tools without tools', () => {
    const request = minimal({ toolChoice: { type: 'auto' }, parallelToolCalls: true })
    expect(Object.keys(bodyOf(upstream().answer(request, 'complete', chat)[0]))).toEqual(['model', 'messages'])
  })
})

describe('the account and the key', () => {
  test('the account goes into the body where the server wants it', () => {
    const withUser = minimal({ user: 'someone' })
    expect(bodyOf(upstream({ send_user: true }).answer(withUser, 'complete', chat)[0]).user).toBe('ada')
    expect(bodyOf(upstream().answer(withUser, 'complete', chat)[0]).user).toBe('someone')
  })

  test('the key comes from the configuration or from the environment', () => {
    const authorization = (config: Partial<UpstreamConfig>, environment?: Record<string, string>) =>
      upstream(config, environment).models().headers.authorization
    expect(authorization({ api_key: 'k' })).toBe('Bearer k')
    expect(authorization({ api_key_env: 'KEY' }, { KEY: 'from-env' })).toBe('Bearer from-env')
    expect(authorization({ api_key_env: 'KEY' })).toBeUndefined()
    expect(authorization({ headers: { Authorization: 'Basic x' }, api_key: 'k' })).toBe('Basic x')
  })
})

describe('the calls', () => {
  test('go below the base, and pass untouched where the client speaks their format', () => {
    const [plain] = upstream().answer(minimal(), 'complete', chat)
    expect(plain).toMatchObject({ method: 'POST', firstChoice: 0, format: 'chat-completions' })
    expect(plain?.url.href).toBe('https://up.test/v1/chat/completions')
    const [translated] = upstream().answer(minimal(), 'complete', { endpoint: 'responses' })
    expect(translated).not.toHaveProperty('format')
    expect(upstream().models().url.href).toBe('https://up.test/v1/models')
  })

  const legacy = (body: JsonObject) => completions.parse({ model: 'm', ...body }).request
  const asCompletion: CallContext = { endpoint: 'completions' }

  test.each([
    { prompt: 'one', max_tokens: 0, suffix: undefined, logit_bias: { 1: 2 } },
    { prompt: ['one', 'two'], n: 2, stop: ['x'], logprobs: 3 },
    { prompt: [1, 2, 3], temperature: 0, echo: true, logprobs: 0 },
    { prompt: [[1, 2], [3]] },
  ])('of a legacy completion have its own form: %j', (body) => {
    const [call, ...more] = upstream().answer(legacy(body), 'complete', asCompletion)
    expect(more).toEqual([])
    expect(call).toMatchObject({ format: 'completions', url: { pathname: '/v1/completions' } })
    expect(bodyOf(call)).toEqual(JSON.parse(JSON.stringify({ model: 'm', ...body })))
  })

  test('of a legacy completion carry what a plugin made of its text', () => {
    const request = legacy({ prompt: ['my secret', 'b'] })
    const messages = [{ role: 'user', content: 'my ***' } as const, { role: 'user', content: 'b' } as const]
    expect(bodyOf(upstream().answer({ ...request, messages }, 'complete', asCompletion)[0]).prompt).toEqual([
      'my ***',
      'b',
    ])
  })

  test('of a legacy completion are chats where a plugin added what a prompt cannot say', () => {
    const request = legacy({ prompt: ['a', 'b'], n: 2 })
    const messages = [{ role: 'system', content: 'Be brief.' } as const, ...request.messages]
    const calls = upstream().answer({ ...request, messages }, 'complete', asCompletion)
    expect(calls.map(({ url, firstChoice, format }) => [url.pathname, firstChoice, format])).toEqual([
      ['/v1/chat/completions', 0, undefined],
      ['/v1/chat/completions', 2, undefined],
    ])
    expect(bodyOf(calls[1]).messages).toEqual([messages[0], { role: 'user', content: 'b' }])
  })
})

describe('embeddings', () => {
  const asked = { model: 'e', input: ['a', 'b'], encodingFormat: 'float', extra: {} } as const
  const row = (index: number, embedding: unknown) => ({ object: 'embedding', index, embedding })
  const answer = (data: object[]) => ({
    object: 'list',
    model: 'e-1',
    data,
    usage: { prompt_tokens: 3, total_tokens: 3 },
  })

  test('are asked for as the client did', () => {
    const call = upstream().embeddings(
      { ...asked, dimensions: 2, user: 'someone', extra: { input_type: 'query' } },
      chat,
    )
    expect(call.url.href).toBe('https://up.test/v1/embeddings')
    expect(parseJson(String(call.body ?? ''))).toEqual({
      model: 'e',
      input: ['a', 'b'],
      dimensions: 2,
      user: 'someone',
      input_type: 'query',
    })
    const single = upstream({ send_user: true }).embeddings(
      { ...asked, input: [[1, 2]], encodingFormat: 'base64' },
      chat,
    )
    expect(parseJson(String(single.body ?? ''))).toEqual({
      model: 'e',
      input: [1, 2],
      encoding_format: 'base64',
      user: 'ada',
    })
  })

  test('are put in order and numbered', () => {
    const read = (data: object[]) => upstream().embeddings(asked, chat).read(answer(data))
    expect(read([row(1, [2]), row(0, [1])])).toEqual({
      object: 'list',
      model: 'e-1',
      data: [row(0, [1]), row(1, [2])],
      usage: { prompt_tokens: 3, total_tokens: 3 },
    })
    expect(read([row(0, [1]), row(0, [2])]).data).toEqual([row(0, [1]), row(1, [2])])
  })

  test('have the form that the client asked for, whatever the server does', () => {
    const encoded = Buffer.from([0, 0, 0, 0x3f, 0, 0, 0x80, 0xbe]).toString('base64')
    const read = (encodingFormat: 'float' | 'base64', embedding: unknown) =>
      upstream()
        .embeddings({ ...asked, encodingFormat, input: ['a'] }, chat)
        .read(answer([row(0, embedding)])).data[0]?.embedding
    expect(read('base64', [0.5, -0.25])).toBe(encoded)
    expect(read('base64', encoded)).toBe(encoded)
    expect(read('float', encoded)).toEqual([0.5, -0.25])
  })

  test.each([{}, { data: [] }, { data: [row(0, [1])] }, { data: [row(0, 'x'), row(1, null)] }, 'text'])(
    'are not %j',
    (body) => {
      expect(() => upstream().embeddings(asked, chat).read(body)).toThrow(
        expect.objectContaining({ status: 502, code: 'upstream_invalid_answer' }),
      )
    },
  )
})

test('the model list is filled up where a server is brief', () => {
  const { read } = upstream().models()
  expect(read({ data: [{ id: 'a', created: 5, owned_by: 'me', extra: 1 }, { id: 'b' }, { name: 'c' }] })).toEqual([
    { id: 'a', object: 'model', created: 5, owned_by: 'me' },
    { id: 'b', object: 'model', created: 0, owned_by: 'upstream' },
  ])
  expect(() => read('<html>')).toThrow(/list of models/)
})
