import { afterEach, describe, expect, test } from 'vitest'
import { isRecord } from '../record.ts'
import { sseParser } from '../wire/sse.ts'
import { type OpenAIServer, type OpenAIServerOptions, startOpenAIServer } from './openai-server.ts'
import { parseJson } from './recorded-request.ts'

let server: OpenAIServer
afterEach(() => server.close())

async function start(options?: OpenAIServerOptions): Promise<void> {
  server = await startOpenAIServer(options)
}

async function post(path: string, body: object): Promise<{ status: number; body: unknown; frames: unknown[] }> {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer key' }
  const response = await fetch(`${server.url}/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  const text = await response.text()
  const frames: unknown[] = []
  const parser = sseParser()
  parser.write(text, ({ data }) => frames.push(parseJson(data) ?? data))
  return { status: response.status, body: parseJson(text), frames }
}

/** What stands at a path within JSON. */
function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    if (Array.isArray(inner)) return inner.at(Number(key))
    return isRecord(inner) ? inner[key] : undefined
  }, value)
}

/** The texts at a path within every frame, joined. */
function joined(frames: unknown[], ...path: (string | number)[]): string {
  return frames.map((frame) => at(frame, ...path) ?? '').join('')
}

const chat = { model: 'gpt-4o', messages: [{ role: 'user', content: 'What is the weather in Paris?' }] }
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const tools = [{ type: 'function', function: { name: 'get_weather', parameters } }]

describe('the OpenAI-compatible server', () => {
  test('answers a chat and streams the same text', async () => {
    await start()
    const whole = await post('chat/completions', chat)
    const text = at(whole.body, 'choices', 0, 'message', 'content')
    expect(text).toMatch(/canned[\s\S]*Paris/)
    expect(at(whole.body, 'choices', 0, 'finish_reason')).toBe('stop')
    const { frames } = await post('chat/completions', { ...chat, stream: true })
    expect(joined(frames, 'choices', 0, 'delta', 'content')).toBe(text)
    expect(at(frames, 0, 'choices', 0, 'delta', 'role')).toBe('assistant')
    expect(at(frames, -2, 'choices', 0, 'finish_reason')).toBe('stop')
    expect(frames.at(-1)).toBe('[DONE]')
    expect(JSON.stringify(frames)).not.toContain('usage')
  })

  test('counts in the stream where it is asked to', async () => {
    await start()
    const { frames } = await post('chat/completions', {
      ...chat,
      stream: true,
      stream_options: { include_usage: true },
    })
    expect(at(frames, 0, 'usage')).toBeNull()
    expect(at(frames, -2)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } })
  })

  test('calls a tool and quotes its result', async () => {
    await start()
    const first = await post('chat/completions', { ...chat, tools })
    const message = at(first.body, 'choices', 0, 'message')
    expect(message).toMatchObject({
      content: null,
      tool_calls: [{ type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } }],
    })
    expect(at(first.body, 'choices', 0, 'finish_reason')).toBe('tool_calls')
    const result = { role: 'tool', tool_call_id: at(message, 'tool_calls', 0, 'id'), content: 'Rain' }
    const second = await post('chat/completions', { ...chat, tools, messages: [...chat.messages, message, result] })
    expect(at(second.body, 'choices', 0, 'message', 'content')).toContain('> Rain')
  })

  test('streams a call in pieces', async () => {
    await start()
    const { frames } = await post('chat/completions', { ...chat, tools, stream: true })
    expect(joined(frames, 'choices', 0, 'delta', 'tool_calls', 0, 'function', 'arguments')).toBe('{"city":"Paris"}')
    expect(joined(frames, 'choices', 0, 'delta', 'tool_calls', 0, 'function', 'name')).toBe('get_weather')
  })

  test('gives JSON of the schema that was asked for', async () => {
    await start()
    const schema = { type: 'object', properties: { size: { type: 'integer', minimum: 3 } }, required: ['size'] }
    const response_format = { type: 'json_schema', json_schema: { name: 'box', schema } }
    const { body } = await post('chat/completions', { ...chat, response_format })
    expect(at(body, 'choices', 0, 'message', 'content')).toBe('{"size":3}')
  })

  test('completes several prompts and streams them', async () => {
    await start()
    const asked = { model: 'gpt-4o', prompt: ['one', 'two'], n: 2, stop: '🔬' }
    const whole = await post('completions', asked)
    expect(at(whole.body, 'choices')).toMatchObject([{ index: 0 }, { index: 1 }, { index: 2 }, { index: 3 }])
    expect(at(whole.body, 'choices', 2, 'text')).toMatch(/“two”\. $/)
    const { frames } = await post('completions', { ...asked, stream: true })
    const ofThird = frames.filter((frame) => at(frame, 'choices', 0, 'index') === 2)
    expect(joined(ofThird, 'choices', 0, 'text')).toBe(at(whole.body, 'choices', 2, 'text'))
  })

  test('embeds in the form that was asked for', async () => {
    await start()
    const asked = { model: 'e', input: ['a', 'b'], dimensions: 4 }
    const floats = at((await post('embeddings', asked)).body, 'data', 1, 'embedding')
    const encoded = at((await post('embeddings', { ...asked, encoding_format: 'base64' })).body, 'data', 1, 'embedding')
    const bytes = Buffer.from(String(encoded), 'base64')
    expect([0, 4, 8, 12].map((place) => bytes.readFloatLE(place))).toEqual(
      Array.isArray(floats) ? floats.map((value) => Math.fround(value)) : [],
    )
  })

  test('refuses as OpenAI does', async () => {
    await start({ apiKey: 'another' })
    expect(await post('chat/completions', chat)).toMatchObject({
      status: 401,
      body: { error: { code: 'invalid_api_key' } },
    })
    await server.close()
    await start({ models: ['tiny'] })
    expect(await post('chat/completions', chat)).toMatchObject({
      status: 404,
      body: { error: { code: 'model_not_found' } },
    })
    await server.close()
    await start({ status: 503 })
    expect(await post('chat/completions', chat)).toMatchObject({
      status: 503,
      body: { error: { type: 'server_error' } },
    })
  })

  test('puts the role and the first piece into its first chunk, and the end into its last', async () => {
    await start({ reply: () => 'one two', chunks: () => ['one', ' two'] })
    await post('chat/completions', { ...chat, stream: true })
    expect(server.requests[0]?.chunksSent).toBe(3)
  })

  test('says the fields that a test gives it, streamed and not', async () => {
    const said = { reasoning_content: 'hm', content: 'so', finish_reason: 'length' }
    await start({ reply: () => said })
    const whole = await post('chat/completions', chat)
    expect(at(whole.body, 'choices', 0)).toMatchObject({
      message: { reasoning_content: 'hm', content: 'so' },
      finish_reason: 'length',
    })
    const { frames } = await post('chat/completions', { ...chat, stream: true })
    expect(joined(frames, 'choices', 0, 'delta', 'reasoning_content')).toBe('hm')
    expect(joined(frames, 'choices', 0, 'finish_reason')).toBe('length')
  })
})
