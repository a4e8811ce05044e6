import { randomBytes } from 'node:crypto'
import { createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { checkChatStream, checkResponsesStream } from 'argo-proxy/testing'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { startTestProxy } from '../support/test-proxy.ts'
import { chatEvent, flood, streamHead } from './support/frames.ts'
import { chat, post, rawClient } from './support/raw-client.ts'
import { listen } from './support/raw-upstream.ts'
import { useSides } from './support/side.ts'
import { chunked, said, type WireAnswer } from './support/wire-answer.ts'

const start = useSides()
const errorShape = z.object({ error: z.object({ code: z.string(), param: z.string().nullable() }) })
const chatPath = '/v1/chat/completions'
const streamed = chat('Speak.', { stream: true })

async function codeOf(response: Response): Promise<[number, unknown]> {
  const { error } = errorShape.parse(await response.json())
  return [response.status, error.code]
}

describe('each phase has its own limit', () => {
  test('connect: encryption that is never agreed upon', async () => {
    const mute = createServer(() => {})
    const port = await listen(mute)
    const proxy = await startTestProxy({
      upstream: { kind: 'openai', base_url: `https://127.0.0.1:${port}/v1` },
      timeouts: { connect: 80 },
    })
    const response = await fetch(proxy.url + chatPath, { method: 'POST', body: JSON.stringify(chat('x')) })
    expect(await codeOf(response)).toEqual([504, 'connect_timeout'])
    await proxy.close()
    mute.close()
  })

  test('connect: all connections to the upstream are taken', async () => {
    const side = await start('openai', { limits: { upstream_connections: 1 }, timeouts: { connect: 80 } }, () => {})
    const first = side.ask(chatPath, chat('x'), { signal: AbortSignal.timeout(400) }).catch(() => undefined)
    await pause(20)
    expect(await codeOf(await side.ask(chatPath, chat('x')))).toEqual([504, 'connect_timeout'])
    await first
  })

  test('total: an answer that trickles on for ever', async () => {
    const side = await start('openai', { timeouts: { total: 200, idle: 100 } }, trickleForEver)
    const { text, error } = checkChatStream(await (await side.ask(chatPath, streamed)).text())
    expect(error?.code).toBe('total_timeout')
    expect(text.length).toBeGreaterThan(2)
  })

  test('idle: is counted from chunk to chunk', async () => {
    const side = await start('openai', { timeouts: { idle: 150 } }, async (socket, { headers, chunks }) => {
      const parts = chunks.map((chunk) => Buffer.from(`${chunk.length.toString(16)}\r\n${chunk}\r\n`))
      socket.write(`HTTP/1.1 200 OK\r\n${headers.join('\r\n')}\r\ntransfer-encoding: chunked\r\n\r\n`)
      for (const part of parts) {
        await pause(60)
        socket.write(part)
      }
      socket.write('0\r\n\r\n')
    })
    expect(checkChatStream(await (await side.ask(chatPath, streamed)).text()).text).toBe(said)
  })
})

describe.each(['identity', 'gzip'])(
  'idle: does not run while the client reads nothing, of an answer in %s',
  (encoding) => {
    test('though more of it comes meanwhile', async () => {
      const events = Array.from({ length: 12_000 }, () =>
        chatEvent({ content: randomBytes(500).toString('hex') }),
      ).join('')
      const answer = Buffer.from(`${events}${chatEvent({}, 'stop')}data: [DONE]\n\n`)
      const body = encoding === 'gzip' ? gzipSync(answer, { level: 1 }) : answer
      const head = `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: ${encoding}\r\n\r\n`
      const pieces = 20
      const size = Math.ceil(body.length / pieces)
      const side = await start('openai', { timeouts: { idle: 200 } }, async (socket) => {
        socket.write(head)
        for (let piece = 0; piece < pieces; piece += 1) {
          socket.write(body.subarray(piece * size, (piece + 1) * size))
          await pause(10)
        }
        socket.end()
      })
      const client = await rawClient(side.proxy.port)
      client.send(post(chatPath, streamed, ['connection: close']))
      await client.seen('data: ')
      client.socket.pause()
      await pause(800)
      client.socket.resume()
      const { text, ending } = await client.reply(5_000)
      expect(ending).toBe('closed')
      expect(text.slice(-40)).toContain('data: [DONE]')
    })
  },
)

describe("a request's own timeout is kept to", () => {
  test.each([true, false])('in its body, in seconds (stream: %s), and it does not go upstream', async (stream) => {
    const side = await start('openai', {}, () => {})
    const begun = performance.now()
    const response = await side.ask(chatPath, chat('x', { stream, timeout: 0.15 }))
    expect(await codeOf(response)).toEqual([504, 'total_timeout'])
    expect(performance.now() - begun).toBeLessThan(1_000)
    expect(side.upstream.requests[0]?.body).not.toContain('timeout')
  })

  test('in the header of the SDK, until the status line', async () => {
    const side = await start('openai', {}, (socket, answer) => slowly(socket, answer))
    const headers = { 'x-stainless-timeout': '1', 'content-type': 'application/json' }
    const body = JSON.stringify(streamed)
    const response = await fetch(side.proxy.url + chatPath, { method: 'POST', headers, body })
    expect(checkChatStream(await response.text()).text).toBe(said)
    const silent = await start('openai', {}, () => {})
    const refused = await fetch(silent.proxy.url + chatPath, {
      method: 'POST',
      headers: { ...headers, 'x-stainless-timeout': '0.1' },
      body,
    })
    expect(await codeOf(refused)).toEqual([504, 'total_timeout'])
  })

  test('but not where the configuration allows less', async () => {
    const side = await start('openai', { timeouts: { total: 100 } }, () => {})
    const begun = performance.now()
    expect(await codeOf(await side.ask(chatPath, chat('x', { timeout: 1_000 })))).toEqual([504, 'total_timeout'])
    expect(performance.now() - begun).toBeLessThan(1_000)
  })

  test.each([0, -1, 'soon', [1]])('one that is no time (%j) is refused', async (timeout) => {
    const side = await start('openai')
    const response = await side.ask(chatPath, chat('x', { timeout }))
    expect(errorShape.parse(await response.json()).error).toMatchObject({ code: 'invalid_value', param: 'timeout' })
  })
})

describe('heartbeats', () => {
  const beating = { heartbeat: 40, heartbeat_after: 40 }

  test.each(['real', 'pseudo'])('go out while a client waits in %s stream, between events alone', async (mode) => {
    const side = await start('openai', { ...beating, real_stream: mode === 'real' }, async (socket, answer) => {
      await pause(150)
      await slowly(socket, answer)
    })
    const raw = await (await side.ask(chatPath, streamed)).text()
    expect(raw.startsWith(': keep-alive\n\n: keep-alive\n\n')).toBe(true)
    expect(checkChatStream(raw).text).toBe(said)
    for (const event of raw.split('\n\n')) expect(event).toMatch(/^(?:: keep-alive|data: .*|)$/s)
  })

  test('are harmless to the SDK, and never come for Chat, Completions or Responses that are not streamed', async () => {
    const side = await start('argo', beating, async (socket, answer) => {
      await pause(120)
      socket.write(chunked(answer))
    })
    const client = new OpenAI({ baseURL: side.baseURL, apiKey: 'none', maxRetries: 0 })
    const model = 'gpt-4o'
    expect((await client.responses.stream({ model, input: 'x' }).finalResponse()).output_text).toBe(said)
    expect((await client.responses.create({ model, input: 'x' })).output_text).toBe(said)
    expect((await client.completions.create({ model, prompt: 'x' })).choices[0]?.text).toBe(said)
    const messages = [{ role: 'user' as const, content: 'x' }]
    expect(await client.chat.completions.stream({ model, messages }).finalContent()).toBe(said)
  })

  test('an error behind one is told within the stream', async () => {
    const refuse = async (socket: { write(text: string): unknown }) => {
      await pause(90)
      socket.write('HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n')
    }
    const side = await start('openai', beating, refuse)
    const response = await side.ask(chatPath, streamed)
    expect(response.status).toBe(200)
    expect(checkChatStream(await response.text()).error?.code).toBe('authentication_failed')
    const responses = await side.ask('/v1/responses', { model: 'gpt-4o', input: 'x', stream: true })
    expect(checkResponsesStream((await responses.text()).replace(/^(?:: keep-alive\n\n)+/, '')).status).toBe('failed')
  })

  test('an error before the first is a status', async () => {
    const side = await start('openai', beating, (socket) =>
      socket.write('HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n'),
    )
    expect((await side.ask(chatPath, streamed)).status).toBe(401)
  })

  test('0 turns them off', async () => {
    const side = await start('openai', { heartbeat: 0, heartbeat_after: 10 }, async (socket, answer) => {
      await pause(100)
      socket.write(chunked(answer))
    })
    expect(await (await side.ask(chatPath, streamed)).text()).not.toContain('keep-alive')
  })
})

describe('a client that does not read', () => {
  test('at all is ended after timeouts.stalled_client, and its upstream call with it', async () => {
    const side = await start('openai', { timeouts: { stalled_client: 150 } }, (socket) => flood(socket))
    const client = await rawClient(side.proxy.port)
    client.socket.pause()
    client.send(post(chatPath, streamed))
    await expect.poll(() => side.upstream.requests.length).toBe(1)
    await expect.poll(() => side.upstream.open(), { timeout: 5_000 }).toBe(0)
    await expect.poll(() => side.proxy.logged.at(-1)?.detail?.error).toMatch(/read nothing for 150 ms/)
    client.socket.destroy()
  })

  test('a whole answer is ended as well', async () => {
    const long = JSON.stringify({ response: 'x'.repeat(16 * 1024 * 1024) })
    const side = await start('argo', { timeouts: { stalled_client: 150 } }, (socket) =>
      socket.write(
        `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${long.length}\r\n\r\n${long}`,
      ),
    )
    const client = await rawClient(side.proxy.port)
    client.socket.pause()
    client.send(post(chatPath, chat('x')))
    await expect.poll(() => side.proxy.logged.at(-1)?.message, { timeout: 5_000 }).toBe('answered')
    await pause(600)
    client.socket.resume()
    const { ending, bytes } = await client.reply()
    expect(ending).not.toBe('open')
    expect(bytes.length).toBeLessThan(long.length)
  })
})

/** The answer, chunk by chunk, with a pause between. */
async function slowly(
  socket: { write(bytes: Buffer | string): unknown },
  { headers, chunks }: WireAnswer,
): Promise<void> {
  socket.write(`HTTP/1.1 200 OK\r\n${headers.join('\r\n')}\r\ntransfer-encoding: chunked\r\n\r\n`)
  for (const chunk of chunks) {
    socket.write(`${chunk.length.toString(16)}\r\n`)
    socket.write(chunk)
    socket.write('\r\n')
    await pause(20)
  }
  socket.write('0\r\n\r\n')
}

async function trickleForEver(socket: Socket): Promise<void> {
  socket.write(streamHead + chatEvent({ role: 'assistant', content: '' }))
  while (!socket.destroyed) {
    socket.write(chatEvent({ content: 'x' }))
    await pause(10)
  }
}
