import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { upstreamKinds } from '../support/upstreams.ts'
import { flood } from './support/frames.ts'
import { heldMemory } from './support/held-memory.ts'
import { chat, post, rawClient, rawExchange } from './support/raw-client.ts'
import { useSides } from './support/side.ts'
import { chunked } from './support/wire-answer.ts'

const start = useSides()
const chatPath = '/v1/chat/completions'
const megabyte = 1024 * 1024
const errorShape = z.object({ error: z.object({ code: z.string(), message: z.string(), type: z.string() }) })

async function errorOf(response: Response): Promise<[number, string]> {
  return [response.status, errorShape.parse(await response.json()).error.code]
}

test('a slow reader of a long stream costs its buffers and not the stream, and is no stalled one', async () => {
  const size = 200 * megabyte
  let sent = 0
  const side = await start('openai', { timeouts: { stalled_client: 300 } }, async (socket) => {
    sent = await flood(socket, size)
  })
  const before = await heldMemory()
  let most = 0
  let read = 0
  let looked = 0
  const response = await side.ask(chatPath, chat('x', { stream: true }))
  for await (const chunk of response.body ?? []) {
    read += chunk.length
    if (read - looked < 5 * megabyte) continue
    looked = read
    await pause(20)
    most = Math.max(most, (await heldMemory()) - before)
  }
  expect(read).toBeGreaterThan(size)
  expect(sent).toBeGreaterThanOrEqual(size)
  // The process holds the upstream and the reader, too: some 35 MB of all their buffers, whatever the stream's size.
  expect(most).toBeLessThan(64 * megabyte)
}, 120_000)

describe.each(upstreamKinds)('limits, over %s', (kind) => {
  test('a body that says that it is too large is refused before it is read', async () => {
    const side = await start(kind, { limits: { body: 1_000 } })
    const { statuses, text } = await rawExchange(
      side.proxy.port,
      `POST ${chatPath} HTTP/1.1\r\nhost: x\r\ncontent-length: 100000000\r\nconnection: close\r\n\r\n`,
      300,
    )
    expect(statuses).toEqual([413])
    expect(text).toContain('limits.body')
    expect(side.upstream.requests).toHaveLength(0)
  })

  test('a body of 100 MB without a length is refused, and what comes after it is not kept', async () => {
    const side = await start(kind)
    const before = process.memoryUsage().rss
    const client = await rawClient(side.proxy.port)
    client.send(`POST ${chatPath} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n`)
    const chunk = `${megabyte.toString(16)}\r\n${'x'.repeat(megabyte)}\r\n`
    for (let sent = 0; sent < 100 && !client.socket.destroyed; sent += 1) {
      if (!client.socket.write(chunk)) await new Promise((resolve) => client.socket.once('drain', resolve))
    }
    client.send('0\r\n\r\n')
    await client.seen(/HTTP\/1\.1 413/)
    expect(process.memoryUsage().rss - before).toBeLessThan(120 * megabyte)
    // The connection is as good as before.
    client.send(post(chatPath, chat('x')))
    await client.seen('HTTP/1.1 200')
    client.socket.destroy()
  })

  test('100-continue is not given to a body that is too large', async () => {
    const side = await start(kind, { limits: { body: 1_000 } })
    const ask = (length: number) =>
      rawExchange(
        side.proxy.port,
        `POST ${chatPath} HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: ${length}\r\n\r\n`,
        150,
      )
    expect((await ask(2_000)).statuses).toEqual([413])
    expect((await ask(20)).statuses).toEqual([100])
  })

  test('headers', async () => {
    const side = await start(kind, { limits: { headers: 4_000 } })
    const { statuses, text } = await rawExchange(
      side.proxy.port,
      post(chatPath, chat('x'), [`x-long: ${'x'.repeat(megabyte)}`]),
    )
    expect(statuses).toEqual([431])
    expect(text).toContain('header_too_large')
  })

  test('requests at the same time: 429 and when to come again; then there is room again', async () => {
    const waiting: (() => void)[] = []
    const side = await start(kind, { limits: { exchanges: 2 } }, (socket, answer) =>
      waiting.push(() => socket.write(chunked(answer))),
    )
    const first = side.ask(chatPath, chat('1'))
    const second = side.ask(chatPath, chat('2', { stream: true }))
    await expect.poll(() => waiting.length).toBe(2)
    const third = await side.ask(chatPath, chat('3'))
    expect(third.headers.get('retry-after')).toBe('1')
    expect(await errorOf(third)).toEqual([429, 'too_many_requests'])
    expect((await fetch(`${side.proxy.url}/health`)).status).toBe(200)
    for (const answer of waiting) answer()
    expect([(await first).status, (await second).status]).toEqual([200, 200])
    await (await second).text()
    const fourth = side.ask(chatPath, chat('4'))
    await expect.poll(() => waiting.length).toBe(3)
    waiting[2]?.()
    expect((await fourth).status).toBe(200)
  })

  test('connections: 503 and the end of the connection', async () => {
    const side = await start(kind, { limits: { connections: 3 } })
    const three = await Promise.all([1, 2, 3].map(() => rawClient(side.proxy.port)))
    const { statuses, text, ending } = await rawExchange(side.proxy.port, '')
    expect([statuses, ending]).toEqual([[503], 'closed'])
    expect(text).toContain('too_many_connections')
    for (const client of three) client.socket.destroy()
    await expect
      .poll(async () => (await rawExchange(side.proxy.port, 'GET /health HTTP/1.1\r\nhost: x\r\n\r\n', 60)).statuses)
      .toEqual([200])
  })

  test.each([{ stream: false }, { stream: true }])(
    'an answer that is held in memory (stream: $stream)',
    async ({ stream }) => {
      const side = await start(kind, { real_stream: false, limits: { answer: 2_000 } }, (socket) =>
        socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n${'x'.repeat(5_000)}`),
      )
      const response = await side.ask(chatPath, chat('x', { stream }))
      expect(await errorOf(response)).toEqual([502, 'upstream_answer_too_large'])
      await expect.poll(() => side.upstream.open()).toBe(0)
    },
  )
})

function endlessEvent(socket: Socket): void {
  socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: ')
  for (let sent = 0; sent < 10; sent += 1) socket.write('x'.repeat(1_000))
}

test('an event without end is not held for ever', async () => {
  const side = await start('openai', { limits: { answer: 5_000 }, heal: { enabled: false } }, endlessEvent)
  for (const [path, asked] of [
    [chatPath, chat('x', { stream: true })],
    ['/v1/responses', { model: 'gpt-4o', input: 'x', stream: true }],
  ] as const) {
    const response = await side.ask(path, asked)
    expect(await errorOf(response)).toEqual([502, 'upstream_answer_too_large'])
  }
})

test("nor is one of an upstream's own Responses", async () => {
  const side = await start('openai', { limits: { answer: 5_000 }, upstream: { responses: 'native' } }, endlessEvent)
  const response = await side.ask('/v1/responses', { model: 'm', input: 'x', stream: true })
  expect(await errorOf(response)).toEqual([502, 'upstream_answer_too_large'])
  await expect.poll(() => side.upstream.open()).toBe(0)
})

test('a pseudo stream of a giant answer is whole', async () => {
  const text = 'word '.repeat(200_000)
  const side = await start('argo', { real_stream: false }, (socket) => {
    const body = JSON.stringify({ response: text })
    socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
  })
  const raw = await (await side.ask(chatPath, chat('x', { stream: true }))).text()
  const said = [...raw.matchAll(/"content":"([^"]*)"/g)].map(([, content]) => content).join('')
  expect(said === text).toBe(true)
  expect(raw.endsWith('data: [DONE]\n\n')).toBe(true)
})
