import { request } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { ConfigInput } from 'argo-proxy'
import { checkChatStream, checkCompletionStream, checkResponsesStream } from 'argo-proxy/testing'
import { describe, expect, test } from 'vitest'
import { loadedConfig } from '../support/test-proxy.ts'
import { chatEvent, streamHead } from './support/frames.ts'
import { inTurns } from './support/in-turns.ts'
import { chat, post, rawClient } from './support/raw-client.ts'
import { plainPlugins, type Side, useSides } from './support/side.ts'
import { chunked, wireAnswer } from './support/wire-answer.ts'

const start = useSides()
const chatPath = '/v1/chat/completions'
const streamed = chat('x', { stream: true })

/** A stream whose chunks come when they are called for. */
function steppedStream(): { play: Parameters<typeof start>[2]; step(): void; end(): void } {
  const sockets = new Set<Socket>()
  return {
    play(socket) {
      sockets.add(socket)
      socket.write(streamHead + chatEvent({ role: 'assistant', content: 'first' }))
    },
    step: () => {
      for (const socket of sockets) socket.write(chatEvent({ content: ' more' }))
    },
    end: () => {
      for (const socket of sockets) socket.end(`${chatEvent({}, 'stop')}data: [DONE]\n\n`)
    },
  }
}

async function reload(side: Side, config: ConfigInput): Promise<string[]> {
  const base_url = `${side.upstream.url}/v1`
  return side.proxy.reload(loadedConfig({ plugins: plainPlugins, upstream: { kind: 'openai', base_url }, ...config }))
}

describe('stopping', () => {
  test('open streams end within the grace, nothing new is taken, and it ends as soon as they have ended', async () => {
    const stream = steppedStream()
    const side = await start('openai', {}, stream.play)
    const open = await rawClient(side.proxy.port)
    open.send(post(chatPath, streamed))
    await open.seen('first')
    const kept = await rawClient(side.proxy.port)
    kept.send('GET /ready HTTP/1.1\r\n')
    const late = await rawClient(side.proxy.port)
    late.send(post(chatPath, streamed).slice(0, 40))
    await pause(20)

    const begun = performance.now()
    const closed = side.proxy.close(5_000)
    await pause(30)
    kept.send('host: x\r\n\r\n')
    late.send(post(chatPath, streamed).slice(40))
    expect((await kept.reply()).text).toContain('shutting down')
    expect((await late.reply()).statuses).toEqual([503])
    await expect(fetch(`${side.proxy.url}/health`)).rejects.toThrow()
    stream.step()
    await pause(50)
    stream.end()
    const { text } = await open.reply()
    expect(text).toContain('[DONE]')
    await closed
    expect(performance.now() - begun).toBeLessThan(1_500)
  })

  test('what is cut is told in its own format, and the connection ends', async () => {
    const stream = steppedStream()
    const side = await start('openai', {}, stream.play)
    const ask = async (path: string, body: object): Promise<string> => (await side.ask(path, body)).text()
    const answers = [
      ask(chatPath, streamed),
      ask('/v1/completions', { model: 'm', prompt: 'x', stream: true }),
      ask('/v1/responses', { model: 'm', input: 'x', stream: true }),
    ]
    const whole = side.ask(chatPath, chat('x'))
    await expect.poll(() => side.upstream.requests.length).toBe(4)
    await pause(50)
    const begun = performance.now()
    await side.proxy.close(100)
    expect(performance.now() - begun).toBeLessThan(1_000)
    const [chatText = '', completionText = '', responseText = ''] = await Promise.all(answers)
    expect(checkChatStream(chatText).error?.code).toBe('shutting_down')
    expect(completionText).toContain('shutting_down')
    expect(checkCompletionStream(completionText.slice(completionText.lastIndexOf('data: '))).error).toBeDefined()
    expect(checkResponsesStream(responseText).status).toBe('failed')
    expect((await whole).status).toBe(503)
  })

  test('a client that does not read the last word does not keep it alive', async () => {
    const side = await start('openai', {}, (socket) => {
      socket.write(streamHead)
      for (let sent = 0; sent < 20_000; sent += 1) socket.write(chatEvent({ content: 'x'.repeat(1_000) }))
    })
    const client = await rawClient(side.proxy.port)
    client.socket.pause()
    client.send(post(chatPath, streamed))
    await expect.poll(() => side.upstream.requests.length).toBe(1)
    await pause(100)
    const begun = performance.now()
    await side.proxy.close(50)
    expect(performance.now() - begun).toBeLessThan(1_500)
    client.socket.destroy()
  })
})

describe('reloading', () => {
  test('new exchanges use the new configuration, open streams finish on theirs, whose plugins are closed then', async () => {
    const closings: string[] = []
    const plugin = (name: string) => ({
      name,
      apiVersion: 1 as const,
      setup: () => ({ close: () => void closings.push(name) }),
    })
    const stream = steppedStream()
    const side = await start('openai', { plugins: [...plainPlugins, plugin('old')] as never }, stream.play)
    const open = await rawClient(side.proxy.port)
    open.send(post(chatPath, streamed))
    await open.seen('first')

    expect(await reload(side, { real_stream: false, plugins: [...plainPlugins, plugin('new')] as never })).toEqual([])
    stream.step()
    await open.seen(' more')
    expect(closings).toEqual([])
    const next = side.ask(chatPath, streamed)
    await expect.poll(() => side.upstream.requests.length).toBe(2)
    expect(side.upstream.requests[1]?.body).not.toContain('"stream":true')
    stream.end()
    await open.seen('[DONE]')
    await expect.poll(() => closings).toEqual(['old'])
    await next.then((response) => response.text())
    await side.proxy.close()
    expect(closings).toEqual(['old', 'new'])
  })

  test('a plugin that cannot be loaded changes nothing', async () => {
    const side = await start('openai')
    const before = (await side.ask(chatPath, chat('x'))).status
    await expect(reload(side, { plugins: ['no-such-plugin'] })).rejects.toMatchObject({ name: 'ConfigError' })
    expect([before, (await side.ask(chatPath, chat('x'))).status]).toEqual([200, 200])
  })

  test('keys that only a restart can change are named', async () => {
    const side = await start('openai')
    expect(await reload(side, { host: '0.0.0.0', limits: { connections: 5 }, port: 0 })).toEqual([
      'host',
      'limits.connections',
    ])
  })

  test('a stored response is still there', async () => {
    const side = await start('openai')
    const response = await side.ask('/v1/responses', { model: 'm', input: 'x' })
    const { id } = (await response.json()) as { id: string }
    await reload(side, {})
    expect((await fetch(`${side.proxy.url}/v1/responses/${id}`)).status).toBe(200)
  })

  test('under load, none is lost', async () => {
    const side = await start('openai', {}, async (socket, answer, raw) => {
      const bytes = chunked(wireAnswer('openai', raw))
      socket.write(bytes.subarray(0, 200))
      await pause(Math.random() * 20)
      socket.write(bytes.subarray(200))
      return answer
    })
    let loading = true
    const reloads = (async () => {
      let count = 0
      for (; loading; count += 1) {
        await reload(side, { real_stream: count % 2 === 0 })
        await pause(15)
      }
      return count
    })()
    const answers = await inTurns(Array.from({ length: 300 }), 20, async (_, index) => {
      const response = await side.ask(chatPath, chat('x', { stream: index % 3 !== 0 }))
      const text = await response.text()
      return response.status === 200 && (index % 3 === 0 || checkChatStream(text).finishReason === 'stop')
    })
    loading = false
    expect(await reloads).toBeGreaterThan(5)
    expect(answers.filter((whole) => !whole)).toEqual([])
  })
})

test('a connection that is kept is closed while the proxy stops, and is not waited for', async () => {
  const side = await start('openai')
  const { Agent } = await import('node:http')
  const agent = new Agent({ keepAlive: true })
  await new Promise<void>((resolve) => {
    request(`${side.proxy.url}/health`, { agent }, (response) => {
      response.resume()
      response.on('end', resolve)
    }).end()
  })
  const begun = performance.now()
  await side.proxy.close(5_000)
  expect(performance.now() - begun).toBeLessThan(500)
  agent.destroy()
})
