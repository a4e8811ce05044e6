import { setTimeout as pause } from 'node:timers/promises'
import { checkChatStream } from 'argo-proxy/testing'
import { describe, expect, test } from 'vitest'
import { upstreamKinds } from '../support/upstreams.ts'
import { chat } from './support/raw-client.ts'
import { useSides } from './support/side.ts'
import { chunked, head, said, statusAnswer, type WireAnswer, wireAnswer } from './support/wire-answer.ts'

const start = useSides()
const chatPath = '/v1/chat/completions'
const streamed = chat('Speak.', { stream: true })
const failing = (status: string, headers: string[] = []) =>
  statusAnswer(status, ['content-type: application/json', ...headers], '{"error":{"message":"not now"}}')

async function readChat(response: Response): Promise<{ text: string; headers: Headers; raw: string }> {
  const raw = await response.text()
  return { text: checkChatStream(raw).text, headers: response.headers, raw }
}

describe.each(upstreamKinds)('over %s', (kind) => {
  test('a real stream that fails before its first text is answered in pseudo stream, and the model is remembered', async () => {
    const side = await start(kind, { heal: { remember: 300 } }, (socket, answer) =>
      answer.call === 'stream' ? socket.destroy() : socket.write(chunked(answer)),
    )
    const first = await readChat(await side.ask(chatPath, streamed))
    expect(first.text).toBe(said)
    expect(first.headers.get('x-argo-healed')).toBe('pseudo')
    expect(first.headers.get('x-argo-stream-mode')).toBe('pseudo')
    const calls = side.upstream.requests.length
    expect((await readChat(await side.ask(chatPath, streamed))).headers.get('x-argo-healed')).toBe('pseudo')
    expect(side.upstream.requests.length).toBe(calls + 1)
    const health = await (await fetch(`${side.proxy.url}/health`)).json()
    expect(health).toMatchObject({ status: 'ok', broken_streams: ['gpt-4o'] })

    await pause(300)
    await readChat(await side.ask(chatPath, streamed))
    // The stream was tried again.
    expect(side.upstream.requests.length).toBeGreaterThan(calls + 2)
  })

  test('a model is not remembered where the pseudo stream failed as well', async () => {
    const side = await start(kind, { circuit_breaker: { enabled: false } }, (socket) => socket.destroy())
    expect((await side.ask(chatPath, streamed)).status).toBe(502)
    expect(await (await fetch(`${side.proxy.url}/health`)).json()).toMatchObject({ broken_streams: [] })
  })

  test('a request that is not streamed has nothing to heal', async () => {
    const side = await start(kind, {}, (socket) => socket.destroy())
    const response = await side.ask(chatPath, chat('Speak.'))
    expect([response.status, response.headers.get('x-argo-healed')]).toEqual([502, null])
  })

  test('after a heartbeat too', async () => {
    const side = await start(
      kind,
      { heartbeat: 20, heartbeat_after: 20, timeouts: { first_byte: 90 } },
      (socket, answer) => answer.call === 'complete' && socket.write(chunked(answer)),
    )
    const { text, raw } = await readChat(await side.ask(chatPath, streamed))
    expect(text).toBe(said)
    expect(raw).toMatch(/^: keep-alive\n\n/)
  })

  test('not by request of the configuration', async () => {
    const side = await start(kind, { heal: { enabled: false } }, (socket, answer) =>
      answer.call === 'stream' ? socket.destroy() : socket.write(chunked(answer)),
    )
    expect((await side.ask(chatPath, streamed)).status).toBe(502)
  })

  test.each([429, 502, 503, 504])(
    '%i is asked again before the first byte, and the answer says how often',
    async (status) => {
      const side = await start(kind, { retries: { delay: 10 } }, (socket, answer) =>
        socket.write(side.upstream.requests.length < 3 ? failing(`${status} Not Now`) : chunked(answer)),
      )
      const { text, headers } = await readChat(await side.ask(chatPath, streamed))
      expect(text).toBe(said)
      expect([headers.get('x-argo-retries'), headers.get('x-argo-stream-mode')]).toEqual(['2', 'real'])
    },
  )

  test('no more often than the limit, and not where the upstream wants to be left alone for long', async () => {
    const side = await start(
      kind,
      { retries: { limit: 1, delay: 10, max_delay: 1_000 } },
      (socket, _answer, { body }) =>
        socket.write(failing('429 Slow Down', body.includes('for long') ? ['retry-after: 60'] : [])),
    )
    const tired = await side.ask(chatPath, streamed)
    expect([tired.status, tired.headers.get('x-argo-retries'), side.upstream.requests.length]).toEqual([429, '1', 2])
    const long = await side.ask(chatPath, chat('for long', { stream: true }))
    expect([long.status, long.headers.get('retry-after'), side.upstream.requests.length]).toEqual([429, '60', 3])
  })

  test('retry-after is kept to', async () => {
    const side = await start(kind, {}, (socket, answer) =>
      socket.write(side.upstream.requests.length < 2 ? failing('503 Busy', ['retry-after-ms: 150']) : chunked(answer)),
    )
    const begun = performance.now()
    await readChat(await side.ask(chatPath, streamed))
    expect(performance.now() - begun).toBeGreaterThan(145)
  })

  test('never after the first byte', async () => {
    const side = await start(kind, {}, (socket, answer) => breakOff(socket, answer, 3))
    const raw = await (await side.ask(chatPath, streamed)).text()
    expect(checkChatStream(raw)).toMatchObject({ error: { code: 'upstream_disconnected', type: 'upstream_error' } })
    expect(raw).not.toContain('[DONE]')
    expect(side.upstream.requests).toHaveLength(1)
  })

  test('with heal.resume, an answer that broke off goes on where the new one begins with it', async () => {
    const side = await start(kind, { heal: { resume: true } }, (socket, answer) =>
      answer.call === 'stream' ? breakOff(socket, answer, 3) : socket.write(chunked(answer)),
    )
    const { text } = await readChat(await side.ask(chatPath, streamed))
    expect(text).toBe(said)
    expect(side.upstream.requests).toHaveLength(2)
  })

  test('with heal.resume, an answer that would go on differently breaks off', async () => {
    const other = said.replace('G', 'J')
    const side = await start(kind, { heal: { resume: true } }, (socket, answer, request) => {
      if (answer.call === 'stream') return breakOff(socket, answer, 3)
      const [chunk] = wireAnswer(kind, request).chunks
      return socket.write(chunked({ ...answer, chunks: [Buffer.from(String(chunk).replace(said, other))] }))
    })
    const raw = await (await side.ask(chatPath, streamed)).text()
    expect(checkChatStream(raw)).toMatchObject({ error: { code: 'upstream_disconnected' } })
    expect(said.startsWith(checkChatStream(raw).text)).toBe(true)
  })
})

test('an upstream whose answer says that streaming is not supported is asked for a complete one', async () => {
  const refusal = JSON.stringify({ error: { message: 'no stream', type: 'invalid_request_error', param: 'stream' } })
  const side = await start('openai', {}, (socket, answer) =>
    socket.write(
      answer.call === 'stream' ? statusAnswer('400 Bad', ['content-type: application/json'], refusal) : chunked(answer),
    ),
  )
  expect((await readChat(await side.ask(chatPath, streamed))).text).toBe(said)
})

test('an embedding is asked again, too', async () => {
  const body = JSON.stringify({ data: [{ embedding: [1], index: 0 }], usage: { prompt_tokens: 1, total_tokens: 1 } })
  const side = await start('openai', { retries: { delay: 10 } }, (socket) =>
    socket.write(
      side.upstream.requests.length < 2
        ? failing('503 Busy')
        : statusAnswer('200 OK', ['content-type: application/json'], body),
    ),
  )
  const response = await side.ask('/v1/embeddings', { model: 'e', input: 'x' })
  expect([response.status, response.headers.get('x-argo-retries')]).toEqual([200, '1'])
})

/** So many chunks of the answer, and then the connection is lost. */
async function breakOff(
  socket: { write(bytes: Buffer): unknown; destroy(): unknown },
  { call, headers, chunks }: WireAnswer,
  count: number,
): Promise<void> {
  const begun = chunked({ call, headers, chunks: chunks.slice(0, count) })
  socket.write(begun.subarray(0, -'0\r\n\r\n'.length))
  await pause(30)
  socket.destroy()
}

test('the raw upstream is one: what it is told stands on the wire', async () => {
  const side = await start('openai', {}, (socket) => socket.write(head('418 Teapot', ['content-length: 0'])))
  expect((await side.ask(chatPath, streamed)).status).toBe(418)
})
