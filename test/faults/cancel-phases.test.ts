import { createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { startTestProxy } from '../support/test-proxy.ts'
import { upstreamKinds } from '../support/upstreams.ts'
import { chat, post, rawClient } from './support/raw-client.ts'
import { listen } from './support/raw-upstream.ts'
import { type Side, useSides } from './support/side.ts'
import { chunked, wireAnswer } from './support/wire-answer.ts'

const start = useSides()
const chatPath = '/v1/chat/completions'
const streamed = chat('x', { stream: true })
const endpoints: [path: string, body: object][] = [
  [chatPath, chat('x')],
  ['/v1/completions', { model: 'gpt-4o', prompt: 'x' }],
  ['/v1/responses', { model: 'gpt-4o', input: 'x' }],
]

/** Milliseconds within which nothing may go on upstream. */
const promptly = 100
/** The machine itself may stand still for as long. */
const options = { retry: 2 }

async function endsPromptly(isSo: () => boolean): Promise<void> {
  const begun = performance.now()
  while (!isSo() && performance.now() - begun < 1_000) await pause(2)
  expect(isSo()).toBe(true)
  expect(performance.now() - begun).toBeLessThan(promptly)
}

/** Sends a request and leaves when the upstream is so far. */
async function leaveWhen(side: Side, request: string, isThere: () => boolean): Promise<void> {
  const client = await rawClient(side.proxy.port)
  client.send(request)
  await expect.poll(isThere, { interval: 5, timeout: 3_000 }).toBe(true)
  client.socket.destroy()
  await endsPromptly(() => side.upstream.open() === 0)
  expect(await (await fetch(`${side.proxy.url}/health`)).json()).toMatchObject({ exchanges: 0 })
}

describe.each(upstreamKinds)('a client that leaves, over %s', options, (kind) => {
  test.each(endpoints)('%s: before the first byte, streamed or not', async (path, body) => {
    const side = await start(kind, {}, () => {})
    for (const [turn, stream] of [true, false].entries()) {
      const request = post(path, { ...body, stream })
      await leaveWhen(side, request, () => side.upstream.requests.length === turn + 1)
    }
  })

  test.each(endpoints)('%s: in mid-stream', async (path, body) => {
    const side = await start(kind, {}, (socket, answer) => socket.write(chunked(answer).subarray(0, -40)))
    const client = await rawClient(side.proxy.port)
    client.send(post(path, { ...body, stream: true }))
    await client.seen('Gr')
    client.socket.destroy()
    await endsPromptly(() => side.upstream.open() === 0)
  })

  test('after a heartbeat', async () => {
    const side = await start(kind, { heartbeat: 20, heartbeat_after: 20 }, () => {})
    const client = await rawClient(side.proxy.port)
    client.send(post(chatPath, streamed))
    await client.seen('keep-alive')
    client.socket.destroy()
    await endsPromptly(() => side.upstream.open() === 0)
  })

  test('while a broken stream is healed', async () => {
    const side = await start(kind, {}, (socket, answer) => answer.call === 'stream' && socket.destroy())
    const asksWhole = (): boolean =>
      side.upstream.requests.some((request) => wireAnswer(kind, request).call === 'complete')
    await leaveWhen(side, post(chatPath, streamed), asksWhole)
  })

  test('while an answer that broke off is resumed', async () => {
    const side = await start(kind, { heal: { resume: true } }, async (socket, answer) => {
      if (answer.call === 'complete') return
      socket.write(chunked(answer).subarray(0, -40))
      await pause(20)
      socket.destroy()
    })
    await leaveWhen(side, post(chatPath, streamed), () => side.upstream.requests.length === 2)
  })

  test('while the answer is given out word by word, when the upstream has done its part', async () => {
    const plugins = ['real-stream', ['pseudo-stream', { delay: 200 }] as const, 'tools']
    const side = await start(kind, { real_stream: false, plugins: plugins as never })
    const client = await rawClient(side.proxy.port)
    client.send(post(chatPath, streamed))
    await client.seen('Gr')
    client.socket.destroy()
    await endsPromptly(() => side.proxy.logged.at(-1)?.message === 'client left')
    expect(await (await fetch(`${side.proxy.url}/health`)).json()).toMatchObject({ exchanges: 0 })
  })

  test('while it waits for a connection to the upstream: there is no call', async () => {
    const side = await start(kind, { limits: { upstream_connections: 1 } }, () => {})
    const first = await rawClient(side.proxy.port)
    first.send(post(chatPath, chat('first')))
    await expect.poll(() => side.upstream.requests.length).toBe(1)
    const second = await rawClient(side.proxy.port)
    second.send(post(chatPath, chat('second')))
    await pause(50)
    second.socket.destroy()
    await endsPromptly(() => side.proxy.logged.at(-1)?.message === 'client left')
    first.socket.destroy()
    await pause(100)
    expect(side.upstream.requests).toHaveLength(1)
  })
})

test.each([
  ['argo', '/v1/chat', chat('x')],
  ['openai', '/v1/responses', { model: 'm', input: 'x' }],
] as const)('what passes as it is, over %s: %s', options, async (kind, path, body) => {
  const native = { upstream: { kind, responses: kind === 'openai' ? ('native' as const) : ('translate' as const) } }
  const silent = await start(kind, native, () => {})
  await leaveWhen(silent, post(path, body), () => silent.upstream.requests.length === 1)
  const begun = await start(kind, native, (socket, answer) => socket.write(chunked(answer).subarray(0, -40)))
  const client = await rawClient(begun.proxy.port)
  client.send(post(path, { ...body, stream: true }))
  await client.seen('Gr')
  client.socket.destroy()
  await endsPromptly(() => begun.upstream.open() === 0)
})

test('an answer of several choices is several calls to ARGO, and all end', options, async () => {
  const side = await start('argo', {}, () => {})
  await leaveWhen(side, post(chatPath, chat('x', { n: 3, stream: true })), () => side.upstream.requests.length === 3)
})

test('a client that leaves while encryption is agreed upon with the upstream ends that', options, async () => {
  const open = new Set<Socket>()
  const mute = createServer((socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket)).on('error', () => {})
    socket.resume()
  })
  const port = await listen(mute)
  const proxy = await startTestProxy({ upstream: { kind: 'openai', base_url: `https://127.0.0.1:${port}/v1` } })
  const client = await rawClient(proxy.port)
  client.send(post(chatPath, streamed))
  await expect.poll(() => open.size).toBe(1)
  client.socket.destroy()
  await endsPromptly(() => open.size === 0)
  await proxy.close()
  mute.close()
})
