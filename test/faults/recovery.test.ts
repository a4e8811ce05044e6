import { setTimeout as pause } from 'node:timers/promises'
import { checkCompletionStream, checkResponsesStream } from 'argo-proxy/testing'
import { describe, expect, test } from 'vitest'
import { configSchema } from '../../packages/core/dist/config/schema.js'
import { proxyError } from '../../packages/core/dist/errors.js'
import { retryDelay } from '../../packages/core/dist/server/exchange/recovery.js'
import { upstreamKinds } from '../support/upstreams.ts'
import { chat } from './support/raw-client.ts'
import { useSides } from './support/side.ts'
import { chunked, said } from './support/wire-answer.ts'

const start = useSides()
const chatPath = '/v1/chat/completions'
const { retries } = configSchema.parse({})

describe.each(upstreamKinds)('over %s', (kind) => {
  test('a kept connection that the upstream has closed costs one silent retry', async () => {
    const side = await start(kind, {}, (socket, answer, { turn }) =>
      turn > 0 ? socket.resetAndDestroy() : socket.write(chunked(answer)),
    )
    for (const stream of [true, false, true]) {
      const response = await side.ask(chatPath, chat('x', { stream }))
      expect([response.status, response.headers.get('x-argo-retries')]).toEqual([200, null])
      expect(response.headers.get('x-argo-healed')).toBe(null)
      await response.text()
    }
    // The second one and the third came twice: on the kept connection, and on a new one.
    expect(side.upstream.requests).toHaveLength(5)
  })

  test('and so does a long prompt, which comes whole both times', async () => {
    const side = await start(kind, {}, (socket, answer, { turn }) =>
      turn > 0 ? socket.resetAndDestroy() : socket.write(chunked(answer)),
    )
    await (await side.ask(chatPath, chat('x'))).text()
    const prompt = 'Grüße aus 東京. '.repeat(30_000)
    const response = await side.ask(chatPath, chat(prompt))
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('chat.completion')])
    expect(side.upstream.requests).toHaveLength(3)
    // Not its text, which a report of a failure would be full of.
    expect(side.upstream.requests.map(({ body }) => body.includes(prompt))).toEqual([false, true, true])
  })

  test('but where the new connection is closed as well, there is no further one', async () => {
    let healthy = true
    const side = await start(kind, { heal: { enabled: false } }, (socket, answer) =>
      healthy ? socket.write(chunked(answer)) : socket.resetAndDestroy(),
    )
    await (await side.ask(chatPath, chat('x'))).text()
    healthy = false
    expect((await side.ask(chatPath, chat('x'))).status).toBe(502)
    expect(side.upstream.requests).toHaveLength(3)
  })

  test('with heal.resume, a completion and a response go on as well', async () => {
    const side = await start(kind, { heal: { resume: true } }, async (socket, answer) => {
      if (answer.call === 'complete') return socket.write(chunked(answer))
      const begun = chunked({ ...answer, chunks: answer.chunks.slice(0, 3) })
      socket.write(begun.subarray(0, -'0\r\n\r\n'.length))
      await pause(30)
      return socket.destroy()
    })
    const completion = await side.ask('/v1/completions', { model: 'gpt-4o', prompt: 'x', stream: true })
    expect(checkCompletionStream(await completion.text()).text).toBe(said)
    const response = await side.ask('/v1/responses', { model: 'gpt-4o', input: 'x', stream: true })
    expect(checkResponsesStream(await response.text())).toMatchObject({ status: 'completed', text: said })
    expect(side.upstream.requests).toHaveLength(4)
  })
})

describe('the delay before a call is made again', () => {
  const busy = (headers: Record<string, string> = {}, upstreamStatus: number | undefined = 503) =>
    proxyError('upstream_error', 'busy', { headers, upstreamStatus })
  const delay = (count: number, headers = {}) =>
    retryDelay({ error: busy(headers), retries: count }, { ...retries, limit: 5 }, 1)

  test('doubles, up to the longest', () => {
    expect([0, 1, 2, 3, 4].map((count) => delay(count))).toEqual([500, 1_000, 2_000, 2_000, 2_000])
  })

  test('is not the same for all who failed together', () => {
    const failed = { error: busy(), retries: 0 }
    expect([0, 0.5, 1].map((random) => retryDelay(failed, retries, random))).toEqual([250, 375, 500])
  })

  test('is what the upstream says, in seconds, in milliseconds or as a date, if that is not too long', () => {
    expect(delay(0, { 'retry-after': '1' })).toBe(1_000)
    expect(delay(0, { 'retry-after': '1', 'retry-after-ms': '20' })).toBe(20)
    expect(delay(0, { 'retry-after': new Date(Date.now() - 5_000).toUTCString() })).toBe(0)
    expect(delay(0, { 'retry-after': '3' })).toBeUndefined()
    expect(delay(0, { 'retry-after': new Date(Date.now() + 60_000).toUTCString() })).toBeUndefined()
  })

  test('is none where there is nothing to be gained', () => {
    for (const status of [400, 401, 404, 500]) {
      expect(retryDelay({ error: busy({}, status), retries: 0 }, retries, 1)).toBeUndefined()
    }
    expect(retryDelay({ error: proxyError('upstream_disconnected', 'x'), retries: 0 }, retries, 1)).toBeUndefined()
    expect(retryDelay({ error: busy(), retries: 2 }, retries, 1)).toBeUndefined()
  })
})
