import OpenAI, { APIError, AuthenticationError, NotFoundError } from 'openai'
import { afterEach, describe, expect, test } from 'vitest'
import { type OpenAIServer, type OpenAIServerOptions, startOpenAIServer } from './openai-server.ts'
import { isRecord } from './recorded-request.ts'

let server: OpenAIServer
afterEach(() => server.close())

async function start(options?: OpenAIServerOptions): Promise<OpenAI> {
  server = await startOpenAIServer(options)
  return new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'key', maxRetries: 0 })
}

const messages = [{ role: 'user', content: 'What is the weather in Paris?' }] as const
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }

function cityOf(json: string): string {
  const value: unknown = JSON.parse(json)
  return isRecord(value) ? String(value.city) : ''
}

describe('the OpenAI-compatible server, asked by the SDK', () => {
  test('answers and streams the same text', async () => {
    const client = await start()
    const whole = await client.chat.completions.create({ model: 'gpt-4o', messages: [...messages] })
    const streamed = await client.chat.completions
      .stream({ model: 'gpt-4o', messages: [...messages], stream_options: { include_usage: true } })
      .finalChatCompletion()
    expect(whole.choices[0]?.message.content).toMatch(/canned[\s\S]*Paris/)
    expect(streamed.choices[0]?.message.content).toBe(whole.choices[0]?.message.content)
    expect(streamed.choices[0]?.finish_reason).toBe('stop')
    expect(streamed.usage?.total_tokens).toBeGreaterThan(10)
  })

  test('calls a tool and quotes its result', async () => {
    const client = await start()
    const getWeather = {
      name: 'get_weather',
      description: 'The weather of a city.',
      parameters,
      parse: cityOf,
      function: (city: string) => `Rain in ${city}`,
    }
    const runner = client.chat.completions.runTools({
      model: 'gpt-4o',
      messages: [...messages],
      stream: true,
      tools: [{ type: 'function' as const, function: getWeather }],
    })
    expect(await runner.finalContent()).toContain('> Rain in Paris')
    expect(server.requests).toHaveLength(2)
  })

  test('gives JSON of the schema that was asked for', async () => {
    const client = await start()
    const schema = { type: 'object', properties: { size: { type: 'integer', minimum: 3 } }, required: ['size'] }
    const answer = await client.chat.completions.create({
      model: 'gpt-4o',
      messages: [...messages],
      response_format: { type: 'json_schema', json_schema: { name: 'box', schema } },
    })
    expect(JSON.parse(answer.choices[0]?.message.content ?? '')).toEqual({ size: 3 })
  })

  test('completes several prompts and streams them', async () => {
    const client = await start()
    const request = { model: 'gpt-4o', prompt: ['one', 'two'], n: 2, stop: '🔬' }
    const whole = await client.completions.create(request)
    expect(whole.choices.map(({ index }) => index)).toEqual([0, 1, 2, 3])
    expect(whole.choices[2]?.text).toMatch(/“two”\. $/)
    const texts = ['', '', '', '']
    for await (const chunk of await client.completions.create({ ...request, stream: true })) {
      for (const { index, text } of chunk.choices) texts[index] += text
    }
    expect(texts).toEqual(whole.choices.map(({ text }) => text))
  })

  test('embeds in the form that was asked for', async () => {
    const client = await start()
    const input = ['a', 'b']
    const floats = await client.embeddings.create({ model: 'e', input, encoding_format: 'float', dimensions: 8 })
    const decoded = await client.embeddings.create({ model: 'e', input, dimensions: 8 })
    expect(server.requests[1]?.body).toMatchObject({ encoding_format: 'base64' })
    expect(decoded.data[1]?.embedding.map((value) => value.toFixed(5))).toEqual(
      floats.data[1]?.embedding.map((value) => value.toFixed(5)),
    )
  })

  test('refuses with errors that the SDK knows', async () => {
    const client = await start({ apiKey: 'another' })
    await expect(client.models.list()).rejects.toThrow(AuthenticationError)
    await server.close()
    const limited = await start({ models: ['tiny'] })
    expect((await limited.models.list()).data.map(({ id }) => id)).toEqual(['tiny'])
    await expect(limited.chat.completions.create({ model: 'huge', messages: [...messages] })).rejects.toThrow(
      NotFoundError,
    )
    await server.close()
    const failing = await start({ status: 503 })
    await expect(failing.chat.completions.create({ model: 'm', messages: [...messages] })).rejects.toThrow(APIError)
  })

  test('puts the role and the first piece into its first chunk, and the end into its last', async () => {
    await start({ reply: () => 'one two', chunks: () => ['one', ' two'] })
    const response = await fetch(`${server.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'm', stream: true, messages: [] }),
    })
    await response.text()
    expect(server.requests[0]?.chunksSent).toBe(3)
  })
})
