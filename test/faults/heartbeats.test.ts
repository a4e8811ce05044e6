import { setTimeout as pause } from 'node:timers/promises'
import { streamText } from 'ai'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { aiSdkModels } from '../clients/ai-sdk-models.ts'
import { langChainModels } from '../clients/langchain-models.ts'
import { answerRecorder } from '../clients/recorded-answers.ts'
import { connectSdk, majors } from '../clients/sdk-majors.ts'
import { startTestProxy, type TestProxy } from '../support/test-proxy.ts'
import { type RawUpstream, startRawUpstream } from './support/raw-upstream.ts'
import { plainPlugins } from './support/side.ts'
import { chunked, said, wireAnswer } from './support/wire-answer.ts'

const model = 'gpt-4o'
const prompt = 'Speak.'
const recorder = answerRecorder()
let upstream: RawUpstream
let proxy: TestProxy

describe.each(['real', 'pseudo'])('comments in a %s stream harm no client', (mode) => {
  beforeAll(async () => {
    // Silent before its first word, and once more in the midst of it.
    upstream = await startRawUpstream(async (request, socket) => {
      const bytes = chunked(wireAnswer('openai', request))
      const half = bytes.indexOf('works')
      await pause(50)
      socket.write(bytes.subarray(0, half))
      await pause(50)
      socket.write(bytes.subarray(half))
    })
    proxy = await startTestProxy({
      upstream: { kind: 'openai', base_url: `${upstream.url}/v1` },
      plugins: plainPlugins,
      real_stream: mode === 'real',
      heartbeat: 15,
      heartbeat_after: 15,
    })
  })
  afterAll(async () => {
    await proxy.close()
    await upstream.close()
  })
  afterEach(async () => {
    const answers = await recorder.take()
    expect(answers.length).toBeGreaterThan(0)
    for (const { text } of answers) expect(text).toContain(': keep-alive\n\n')
  })

  const settings = () => ({ baseURL: `${proxy.url}/v1`, model, recorder })

  test.each(majors)('the SDK, %s', async (major) => {
    const { client } = await connectSdk(major, settings().baseURL, recorder)
    const messages = [{ role: 'user' as const, content: prompt }]
    let chat = ''
    for await (const { choices } of await client.chat.completions.create({ model, messages, stream: true })) {
      chat += choices[0]?.delta.content ?? ''
    }
    let completion = ''
    for await (const { choices } of await client.completions.create({ model, prompt, stream: true })) {
      completion += choices[0]?.text ?? ''
    }
    let response = ''
    for await (const event of await client.responses.create({ model, input: prompt, stream: true })) {
      if (event.type === 'response.output_text.delta') response += event.delta
    }
    expect([chat, completion, response]).toEqual([said, said, said])
  })

  test.each(aiSdkModels)('$name', async ({ create }) => {
    expect(await streamText({ model: create(settings()), prompt, maxRetries: 0 }).text).toBe(said)
  })

  test.each(langChainModels)('$name', async ({ create }) => {
    let text = ''
    for await (const chunk of await create(settings()).stream(prompt)) text += chunk.text
    expect(text).toBe(said)
  })
})
