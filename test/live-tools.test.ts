import type { ConfigInput } from 'argo-proxy'
import { checkChatStream } from 'argo-proxy/testing'
import OpenAI from 'openai'
import { afterEach, expect, test } from 'vitest'
import { startRig, type TestRig } from './support/upstreams.ts'

let rig: TestRig | undefined
afterEach(async () => {
  await rig?.close()
  rig = undefined
})

const request = {
  model: 'gpt-4o',
  messages: [{ role: 'user' as const, content: 'How is the weather in Oslo?' }],
  tools: [
    {
      type: 'function' as const,
      function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
    },
  ],
  stream: true as const,
}
const chunks = [
  'Let me ',
  'look.\n<tool',
  '_call>{"name": "get_weather", "arguments": {"city": "Os',
  'lo"}}</tool_call>',
]

test('with `live: true`, text and call arrive while the model writes', async () => {
  const seen = chunks.map(() => Promise.withResolvers<void>())
  seen[0]?.resolve()
  const plugins = ['real-stream', 'pseudo-stream', ['tools', { live: true }]] satisfies ConfigInput['plugins']
  const gate = async (index: number) => seen[index]?.promise
  rig = await startRig('argo', { plugins }, { reply: () => chunks.join(''), chunks: () => chunks, gate })
  const client = new OpenAI({ baseURL: rig.baseURL, apiKey: 'none', maxRetries: 0 })
  const arrived: string[] = []
  const allow = (index: number) => seen[index]?.resolve()
  for await (const { choices } of await client.chat.completions.create(request)) {
    const delta = choices[0]?.delta
    const call = delta?.tool_calls?.[0]?.function
    if (delta?.content) arrived.push(delta.content)
    if (call?.name) arrived.push(`call ${call.name}`)
    if (call?.arguments) arrived.push(call.arguments)
    // Each chunk is sent only when what the one before it says has arrived; half a tag says nothing.
    if (arrived.join('').includes('Let me')) allow(1)
    if (arrived.join('').includes('look.')) allow(2)
    if (arrived.includes('call get_weather') && arrived.join('').includes('"Os')) allow(3)
  }
  expect(arrived.join('')).toBe('Let me look.\ncall get_weather{"city": "Oslo"}')
})

test('without it, the upstream sees one complete call, whatever `real_stream` says, and the stream is OpenAI’s', async () => {
  rig = await startRig('argo', { real_stream: true }, { reply: () => chunks.join('') })
  const response = await fetch(`${rig.baseURL}/chat/completions`, { method: 'POST', body: JSON.stringify(request) })
  expect(response.headers.get('x-argo-stream-mode')).toBe('pseudo')
  const summary = checkChatStream(await response.text())
  expect(summary.choices[0]).toMatchObject({
    text: 'Let me look.\n',
    finishReason: 'tool_calls',
    toolCalls: [{ name: 'get_weather' }],
  })
  expect(rig.gateway.requests.map(({ url }) => url.replace(/.*\/resource/, ''))).toEqual(['/chat/'])
})
