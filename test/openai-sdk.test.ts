import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRig, type TestRig, upstreamKinds } from './support/upstreams.ts'

const modes = [
  { name: 'real', real_stream: true },
  { name: 'pseudo', real_stream: false },
]
const weather = {
  name: 'get_weather',
  description: 'Current weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}

describe.each(upstreamKinds)('the openai SDK over the %s upstream', (kind) => {
  describe.each(modes)('in $name stream', ({ name, real_stream }) => {
    let rig: TestRig
    let client: OpenAI
    beforeAll(async () => {
      rig = await startRig(kind, { real_stream })
      client = new OpenAI({ baseURL: rig.baseURL, apiKey: 'none', maxRetries: 0 })
    })
    afterAll(() => rig.close())

    const question = [{ role: 'user' as const, content: 'Say something about streams.' }]

    test('chat, streamed', async () => {
      const { data, response } = await client.chat.completions
        .create({ model: 'gpt-4o', messages: question, stream: true, stream_options: { include_usage: true } })
        .withResponse()
      expect(response.headers.get('x-argo-stream-mode')).toBe(name)
      let text = ''
      let pieces = 0
      let reason: string | null | undefined
      for await (const chunk of data) {
        const [choice] = chunk.choices
        if (choice?.delta.content) pieces += 1
        text += choice?.delta.content ?? ''
        reason ??= choice?.finish_reason
      }
      expect(text.length).toBeGreaterThan(20)
      expect(pieces).toBeGreaterThan(3)
      expect(reason).toBe('stop')
    })

    test('chat, whole', async () => {
      const answer = await client.chat.completions.create({ model: 'gpt-4o', messages: question })
      expect(answer.choices[0]?.message.content?.length).toBeGreaterThan(20)
      expect(answer.choices[0]?.finish_reason).toBe('stop')
    })

    test('completion, streamed and whole', async () => {
      const prompt = 'Say something.'
      let text = ''
      for await (const chunk of await client.completions.create({ model: 'gpt-4o', prompt, stream: true })) {
        text += chunk.choices[0]?.text ?? ''
      }
      expect(text.length).toBeGreaterThan(20)
      const whole = await client.completions.create({ model: 'gpt-4o', prompt })
      expect(whole.choices[0]?.text.length).toBeGreaterThan(20)
    })

    test('response, streamed and whole', async () => {
      const stream = client.responses.stream({ model: 'gpt-4o', input: 'Say something.' })
      let text = ''
      for await (const event of stream) if (event.type === 'response.output_text.delta') text += event.delta
      const final = await stream.finalResponse()
      expect(final.status).toBe('completed')
      expect(final.output_text).toBe(text)
      const whole = await client.responses.create({ model: 'gpt-4o', input: 'Say something.' })
      expect(whole.output_text.length).toBeGreaterThan(20)
    })

    test.each([true, false])('a tool round trip with chat (stream: %s)', async (stream) => {
      const options = {
        model: 'gpt-4o',
        messages: [{ role: 'user' as const, content: 'How is the weather in Chicago?' }],
        tools: [
          {
            type: 'function' as const,
            function: {
              ...weather,
              parse: JSON.parse,
              function: ({ city }: { city: string }) => `${city}: 21 degrees`,
            },
          },
        ],
      }
      const runner = stream
        ? client.chat.completions.runTools({ ...options, stream: true })
        : client.chat.completions.runTools(options)
      const text = await runner.finalContent()
      expect(text).toContain('21 degrees')
      const calls = runner.messages.flatMap((message) =>
        message.role === 'assistant' ? (message.tool_calls ?? []) : [],
      )
      expect(calls).toMatchObject([{ type: 'function', function: { name: 'get_weather' } }])
    })

    test('a tool round trip with responses, streamed', async () => {
      const tools = [{ type: 'function' as const, strict: false, ...weather }]
      const first = await client.responses
        .stream({ model: 'gpt-4o', input: 'How is the weather in Chicago?', tools })
        .finalResponse()
      const call = first.output.find((item) => item.type === 'function_call')
      if (!call) return expect.fail('no function call')
      expect(call.name).toBe('get_weather')
      const second = await client.responses
        .stream({
          model: 'gpt-4o',
          previous_response_id: first.id,
          input: [{ type: 'function_call_output', call_id: call.call_id, output: 'Chicago: 21 degrees' }],
          tools,
        })
        .finalResponse()
      expect(second.output_text).toContain('21 degrees')
    })

    test('with tools, the upstream sees complete calls alone', async () => {
      const before = rig.gateway.requests.length
      const stream = await client.chat.completions.create({
        model: 'gpt-4o',
        messages: question,
        tools: [{ type: 'function', function: weather }],
        stream: true,
      })
      for await (const chunk of stream) expect(chunk.object).toBe('chat.completion.chunk')
      expect(rig.gateway.requests).toHaveLength(before + 1)
      const request = rig.gateway.requests.at(-1)
      expect(request?.url).not.toContain('streamchat')
      expect(request?.body).not.toMatchObject({ stream: true })
    })

    test('embeddings', async () => {
      const { data, usage } = await client.embeddings.create({ model: 'text-embedding-3-small', input: ['a', 'b'] })
      expect(usage.total_tokens).toBeGreaterThan(0)
      expect(data.map(({ index }) => index)).toEqual([0, 1])
      expect(typeof data[0]?.embedding[0]).toBe('number')
    })

    test('models', async () => {
      const models = await client.models.list()
      const [first] = models.data
      if (!first) return expect.fail('no models')
      expect((await client.models.retrieve(first.id)).id).toBe(first.id)
      await expect(client.models.retrieve('no-such-model')).rejects.toMatchObject({
        status: 404,
        code: 'model_not_found',
      })
    })
  })
})
