import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import OpenAI from 'openai'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testCertificate } from './support/certificate.ts'
import { startTestProxy, type TestProxy } from './support/test-proxy.ts'
import { startRig, type TestRig } from './support/upstreams.ts'

let rig: TestRig
let proxy: TestProxy | undefined
let connections: TLSSocket[]
let close: () => void
let base_url: string

/** An OpenAI-compatible server behind TLS. */
beforeEach(async () => {
  rig = await startRig('openai')
  connections = []
  const open = new Set<Socket>()
  const server = createServer(testCertificate, (socket) => {
    connections.push(socket)
    const behind = connect(Number(new URL(rig.gateway.url).port), '127.0.0.1')
    for (const end of [socket, behind]) open.add(end.on('error', () => {}))
    socket.pipe(behind).pipe(socket)
  })
  server.on('tlsClientError', () => {})
  await once(server.listen(0, '127.0.0.1'), 'listening')
  base_url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  close = () => {
    for (const end of open) end.destroy()
    server.close()
  }
})
afterEach(async () => {
  await proxy?.close()
  close()
  await rig.close()
})

async function startClient(verify_tls: boolean): Promise<OpenAI> {
  proxy = await startTestProxy({ upstream: { kind: 'openai', base_url, verify_tls } })
  return new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: 'none', maxRetries: 0 })
}

const messages = [{ role: 'user' as const, content: 'Hello!' }]

test('answers come over TLS, streamed and not, however long', async () => {
  const client = await startClient(false)
  const long = [{ role: 'user' as const, content: 'Grüße "aus" 東京 🧪 '.repeat(10_000) }]
  for (const request of [messages, long]) {
    const whole = await client.chat.completions.create({ model: 'gpt-4o', messages: request })
    let text = ''
    for await (const chunk of await client.chat.completions.create({
      model: 'gpt-4o',
      messages: request,
      stream: true,
    })) {
      text += chunk.choices[0]?.delta.content ?? ''
    }
    expect(text).toBe(whole.choices[0]?.message.content)
    expect(text).not.toBe('')
  }
  expect(connections.length).toBe(1)
})

test('a further connection goes on with the TLS session of an earlier one', async () => {
  const client = await startClient(false)
  const ask = () => client.chat.completions.create({ model: 'gpt-4o', messages })
  await ask()
  await Promise.all([ask(), ask()])
  expect(connections.map((socket) => socket.isSessionReused())).toEqual([false, true])
})

test('a certificate that nobody vouches for is refused, and the client is told why', async () => {
  const client = await startClient(true)
  const error = await client.chat.completions.create({ model: 'gpt-4o', messages }).catch((thrown) => thrown)
  expect(error.status).toBe(502)
  expect(error.code).toBe('upstream_unreachable')
  expect(error.message).toContain('DEPTH_ZERO_SELF_SIGNED_CERT')
})
