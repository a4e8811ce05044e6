import { everySplit, startArgoGateway } from 'argo-proxy/testing'
import OpenAI from 'openai'
import { afterEach, describe, expect, test } from 'vitest'
import { startTestProxy } from './support/test-proxy.ts'
import { startRig, type TestRig, upstreamKinds } from './support/upstreams.ts'

let rig: TestRig | undefined
afterEach(async () => {
  await rig?.close()
  rig = undefined
})

const messages = [{ role: 'user' as const, content: 'hi' }]

describe.each(upstreamKinds)('real stream over the %s upstream', (kind) => {
  test('each chunk of the upstream arrives by itself, before the next one is sent', async () => {
    const words = ['one ', 'two ', 'three ', 'four']
    // The upstream sends a chunk only when the client has got the one before.
    const permissions = words.map(() => Promise.withResolvers<void>())
    permissions[0]?.resolve()
    rig = await startRig(
      kind,
      {},
      { reply: () => words.join(''), chunks: () => words, gate: async (index) => permissions[index]?.promise },
    )
    const client = new OpenAI({ baseURL: rig.baseURL, apiKey: 'none', maxRetries: 0 })
    const arrived: string[] = []
    for await (const chunk of await client.chat.completions.create({ model: 'gpt-4o', messages, stream: true })) {
      const text = chunk.choices[0]?.delta.content
      if (!text) continue
      arrived.push(text)
      permissions[arrived.length]?.resolve()
    }
    expect(arrived).toEqual(words)
  })
})

test('a character of several bytes arrives whole, at every split point', async () => {
  const text = 'Grüße, λ 日本 🔬!'
  const splits = [...everySplit(Buffer.from(text))]
  let split: readonly Uint8Array[] = []
  const gateway = await startArgoGateway({ reply: () => text, chunks: () => [...split] })
  const proxy = await startTestProxy({ upstream: { kind: 'argo', base_url: gateway.url } })
  try {
    const client = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: 'none', maxRetries: 0 })
    for (const next of splits) {
      split = next
      let arrived = ''
      for await (const chunk of await client.chat.completions.create({ model: 'gpt-4o', messages, stream: true })) {
        const delta = chunk.choices[0]?.delta.content ?? ''
        expect(delta).not.toContain('\ufffd')
        arrived += delta
      }
      expect(arrived).toBe(text)
    }
  } finally {
    await proxy.close()
    await gateway.close()
  }
})
