import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { startTestProxy } from '../support/test-proxy.ts'
import { upstreamKinds } from '../support/upstreams.ts'
import { chat } from './support/raw-client.ts'
import { type Side, useSides } from './support/side.ts'
import { chunked, statusAnswer } from './support/wire-answer.ts'

const start = useSides()
const chatPath = '/v1/chat/completions'
const breaker = { circuit_breaker: { failures: 3, open_for: 200 }, retries: { limit: 0 }, heal: { enabled: false } }
const errorShape = z.object({ error: z.object({ code: z.string(), message: z.string() }) })
const healthShape = z.object({ circuit: z.string() })

const codeOf = async (response: Response): Promise<string> => errorShape.parse(await response.json()).error.code
const circuitOf = async ({ proxy }: Side): Promise<string> =>
  healthShape.parse(await (await fetch(`${proxy.url}/health`)).json()).circuit
const readyOf = async ({ proxy }: Pick<Side, 'proxy'>): Promise<number> => (await fetch(`${proxy.url}/ready`)).status

describe.each(upstreamKinds)('the circuit breaker, over %s', (kind) => {
  test('opens after failures in a row, refuses at once, lets one call probe, and closes', async () => {
    let healthy = false
    const side = await start(kind, breaker, (socket, answer) =>
      healthy ? socket.write(chunked(answer)) : socket.destroy(),
    )
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await codeOf(await side.ask(chatPath, chat('x')))).toBe('upstream_disconnected')
    }
    expect(await circuitOf(side)).toBe('open')
    const calls = side.upstream.requests.length
    const refused = await side.ask(chatPath, chat('x', { stream: true }))
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
    expect(errorShape.parse(await refused.json()).error).toMatchObject({
      code: 'circuit_open',
      message: expect.stringContaining('closed the connection'),
    })
    expect(side.upstream.requests.length).toBe(calls)

    await pause(220)
    expect(await codeOf(await side.ask(chatPath, chat('x')))).toBe('upstream_disconnected')
    expect(await codeOf(await side.ask(chatPath, chat('x')))).toBe('circuit_open')
    await pause(220)
    healthy = true
    expect((await side.ask(chatPath, chat('x'))).status).toBe(200)
    expect(await circuitOf(side)).toBe('closed')
    const told = side.proxy.logged.map(({ message }) => message).filter((message) => message.startsWith('circuit '))
    expect(told.map((message) => message.split(':')[0])).toEqual([
      'circuit open',
      'circuit half open',
      'circuit open',
      'circuit half open',
      'circuit closed',
    ])
  })

  test('a probe that thinks for long does not keep the others out for ever', async () => {
    let state: 'down' | 'slow' = 'down'
    const side = await start(kind, breaker, (socket) => state === 'down' && socket.destroy())
    for (let turn = 0; turn < 3; turn += 1) await side.ask(chatPath, chat('x'))
    await pause(220)
    state = 'slow'
    const abort = new AbortController()
    const probe = side.ask(chatPath, chat('x'), { signal: abort.signal }).catch(() => undefined)
    await expect.poll(() => circuitOf(side)).toBe('half-open')
    expect(await codeOf(await side.ask(chatPath, chat('x')))).toBe('circuit_open')
    await expect.poll(() => circuitOf(side)).toBe('closed')
    abort.abort()
    await probe
  })

  test.each(['down', 'healthy'] as const)(
    'a probe whose client leaves has learnt nothing: the next call probes, %s',
    async (then) => {
      let state: 'down' | 'slow' | 'healthy' = 'down'
      const side = await start(kind, breaker, (socket, answer) => {
        if (state === 'down') socket.destroy()
        if (state === 'healthy') socket.write(chunked(answer))
      })
      for (let turn = 0; turn < 3; turn += 1) await side.ask(chatPath, chat('x'))
      await pause(220)
      state = 'slow'
      await side.ask(chatPath, chat('x'), { signal: AbortSignal.timeout(50) }).catch(() => undefined)
      await pause(250)
      expect(await circuitOf(side)).toBe('half-open')
      state = then
      const probe = await side.ask(chatPath, chat('x'))
      expect(probe.status).toBe(then === 'down' ? 502 : 200)
      expect(await circuitOf(side)).toBe(then === 'down' ? 'open' : 'closed')
    },
  )

  test.each([400, 401, 404, 429])('an upstream that answers %i lives', async (status) => {
    const side = await start(kind, breaker, (socket) =>
      socket.write(statusAnswer(`${status} No`, ['content-type: application/json'], '{"error":{"message":"no"}}')),
    )
    for (let turn = 0; turn < 5; turn += 1) expect((await side.ask(chatPath, chat('x'))).status).toBe(status)
    expect(await circuitOf(side)).toBe('closed')
  })

  test('an answer that breaks off, or whose client leaves, is no failure of the upstream', async () => {
    const side = await start(kind, breaker, async (socket, answer, { body }) => {
      if (body.includes('leave')) return
      socket.write(chunked(answer).subarray(0, -50))
      await pause(10)
      socket.destroy()
    })
    for (let turn = 0; turn < 4; turn += 1) {
      await (await side.ask(chatPath, chat('x', { stream: true }))).text()
      await side.ask(chatPath, chat('leave'), { signal: AbortSignal.timeout(20) }).catch(() => undefined)
    }
    expect(await circuitOf(side)).toBe('closed')
  })
})

describe('/ready', () => {
  test('says 200 while the upstream answers, whatever it answers', async () => {
    const side = await start('openai', {}, (socket) => socket.write('HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n'))
    expect(await readyOf(side)).toBe(200)
    expect(side.upstream.requests).toHaveLength(1)
    // It was reached lately.
    expect(await readyOf(side)).toBe(200)
    expect(side.upstream.requests).toHaveLength(1)
  })

  test('says 503 where the upstream cannot be reached, and 200 when it can again, though nobody else asks', async () => {
    let healthy = false
    const side = await start('openai', breaker, (socket, answer) =>
      healthy ? socket.write(chunked(answer)) : socket.destroy(),
    )
    expect(await readyOf(side)).toBe(503)
    for (let turn = 0; turn < 3; turn += 1) await side.ask(chatPath, chat('x'))
    const response = await fetch(`${side.proxy.url}/ready`)
    expect([response.status, await response.json()]).toEqual([
      503,
      { status: 'not ready', reason: 'the circuit breaker is open', circuit: 'open' },
    ])
    healthy = true
    await pause(220)
    expect(await readyOf(side)).toBe(200)
    expect(await circuitOf(side)).toBe('closed')
  })

  test('says 503 where nobody listens', async () => {
    const proxy = await startTestProxy({ upstream: { kind: 'openai', base_url: 'http://127.0.0.1:9/v1' } })
    expect(await readyOf({ proxy })).toBe(503)
    expect((await fetch(`${proxy.url}/health`)).status).toBe(200)
    await proxy.close()
  })
})
