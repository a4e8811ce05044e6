import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { ConfigInput } from 'argo-proxy'
import { type OpenAIServerOptions, startOpenAIServer } from 'argo-proxy/testing'
import OpenAI from 'openai'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { startTestProxy } from './support/test-proxy.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

type Respond = NonNullable<OpenAIServerOptions['answer']>
type Answer = NonNullable<ReturnType<Respond>>

/** An upstream that has Responses of its own, and the proxy in front of it. */
async function start(answer: Respond, config: ConfigInput = {}, options: OpenAIServerOptions = {}) {
  const ofResponses: Respond = (request) => (request.url.startsWith('/v1/responses') ? answer(request) : undefined)
  const server = await startOpenAIServer({ ...options, answer: ofResponses })
  const upstream = { kind: 'openai', base_url: `${server.url}/v1`, responses: 'native', ...config.upstream } as const
  const proxy = await startTestProxy({ retries: { delay: 10 }, ...config, upstream })
  closing.push(async () => {
    await proxy.close()
    await server.close()
  })
  const asked = () => server.requests.filter(({ url }) => url.startsWith('/v1/responses'))
  const ask = (body: object, path = '/v1/responses', init: RequestInit = {}) =>
    fetch(proxy.url + path, { method: 'POST', body: JSON.stringify({ model: 'm', input: 'hi', ...body }), ...init })
  const client = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: 'none', maxRetries: 0 })
  return { server, proxy, asked, ask, client }
}

const response = { id: 'resp_1', object: 'response', status: 'in_progress', output: [] }
const frame = (type: string, sequence_number: number, fields: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number, ...fields })}\n\n`
const created = frame('response.created', 0, { response })
const delta = (sequence: number): string => frame('response.output_text.delta', sequence, { delta: 'x' })
const completed = (sequence: number): string =>
  frame('response.completed', sequence, { response: { ...response, status: 'completed' } })
const ownError = (sequence: number): string =>
  frame('error', sequence, { code: 'overloaded', message: 'No room.', param: null })

const streamOf = (chunks: string[], ending: Answer['ending'] = 'complete'): Answer => ({
  headers: { 'content-type': 'text/event-stream' },
  chunks,
  ending,
})
const json = (value: unknown, status = 200, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  chunks: [JSON.stringify(value)],
})

const told = z.object({ type: z.string(), sequence_number: z.number() }).loose()

/** What a stream tells, comments left out. */
function eventsOf(text: string) {
  const data = [...text.matchAll(/^data: (\{.*\})\r?$/gm)].map(([, found = '']): unknown => JSON.parse(found))
  return data.map((value) => told.parse(value))
}

/** Types, without what nearly all of them begin with, and numbers. */
const outline = (text: string): string[] =>
  eventsOf(text).map(({ type, sequence_number }) => `${type.replace('response.', '')} ${sequence_number}`)

describe.each(['\n', '\r\n'])('how a stream ends, with lines that end in %j', (lineEnd) => {
  const startEnding = (chunks: string[], ending: Answer['ending']) =>
    start(
      () =>
        streamOf(
          chunks.map((chunk) => chunk.replaceAll('\n', lineEnd)),
          ending,
        ),
      {},
      { chunkDelay: 10 },
    )

  test.each([
    ['[DONE] behind its last event', [created, completed(1), 'data: [DONE]\n\n']],
    ['a comment behind its last event', [created, completed(1), ': ping\n\n']],
    ['nothing behind its last event', [created, completed(1)]],
    [
      'a last event that says its type last',
      [created, completed(1).replace(/"type":"([^"]*)",(.*)\}\n/, '$2,"type":"$1"}\n')],
    ],
    ['an incomplete one', [created, frame('response.incomplete', 1, { response })]],
    ['a failed one', [created, ownError(1), frame('response.failed', 2, { response })]],
  ])('whole, though it is cut: %s', async (_what, chunks) => {
    const { ask } = await startEnding(chunks, 'cut')
    const text = await (await ask({ stream: true })).text()
    expect(outline(text)).toEqual(outline(chunks.join('')))
  })

  test.each([
    ['behind a comment', [created, delta(1), delta(2), ': ping\n\n'], ['error 3', 'failed 4']],
    ['when it began with a comment', [': ping\n\n', created, delta(1)], ['error 2', 'failed 3']],
    ['behind [DONE] alone', [created, delta(1), 'data: [DONE]\n\n'], ['error 2', 'failed 3']],
    ['behind its own error', [created, ownError(1)], ['failed 2']],
    ['behind its own error and a comment', [created, ownError(1), ': ping\n\n'], ['failed 2']],
    [
      'behind a number within an item',
      [created, frame('odd', 5, { item: { sequence_number: 99 } })],
      ['error 6', 'failed 7'],
    ],
    [
      'behind an item that looks like an end',
      [created, frame('odd', 1, { item: { type: 'response.completed' } })],
      ['error 2', 'failed 3'],
    ],
    ['before the Response object is known', [delta(4)], ['error 5']],
  ])('broken off, cut or ended: %s', async (_what, chunks, end) => {
    for (const ending of ['cut', 'complete'] as const) {
      const { ask } = await startEnding(chunks, ending)
      const text = await (await ask({ stream: true })).text()
      expect(outline(text)).toEqual([...outline(chunks.join('')), ...end])
    }
  })
})

test('a stream that its upstream ends before its last event is an error for the SDK', async () => {
  const { client } = await start(() => streamOf([created, delta(1)]))
  const read = async () => {
    for await (const _event of await client.responses.create({ model: 'm', input: 'hi', stream: true }));
  }
  await expect(read()).rejects.toMatchObject({ code: 'upstream_disconnected' })
})

test('what the upstream says of its failure stands in response.failed', async () => {
  const { ask } = await start(() => streamOf([created, ownError(1)], 'cut'))
  const events = eventsOf(await (await ask({ stream: true })).text())
  const error = { code: 'server_error', message: expect.stringContaining('No room.') }
  expect(events.at(-1)).toMatchObject({ response: { id: 'resp_1', status: 'failed', error } })
})

test('a stream that breaks off before anything was sent is a status', async () => {
  const { ask } = await start(() => streamOf(['event: response.cre'], 'cut'))
  const answer = await ask({ stream: true })
  expect([answer.status, await answer.json()]).toMatchObject([502, { error: { code: 'upstream_disconnected' } }])
})

test('a stream of a stored response ends as any other', async () => {
  const { proxy, asked } = await start(({ url }) =>
    streamOf(url.includes('after=1') ? [delta(2), completed(3)] : [delta(2)]),
  )
  const whole = await fetch(`${proxy.url}/v1/responses/resp_1?stream=true&starting_after=1`)
  expect(outline(await whole.text())).toEqual(['output_text.delta 2', 'completed 3'])
  const broken = await fetch(`${proxy.url}/v1/responses/resp_1?stream=true`)
  expect(outline(await broken.text())).toEqual(['output_text.delta 2', 'error 3'])
  expect(asked().map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET /v1/responses/resp_1?stream=true&starting_after=1',
    'GET /v1/responses/resp_1?stream=true',
  ])
})

describe('an upstream that keeps its connection open', () => {
  test('behind the last event: the answer ends at once, and the connection is kept', async () => {
    const ended = Promise.withResolvers<void>()
    const options = { gate: (index: number) => (index === 2 ? ended.promise : undefined) }
    const { ask, server } = await start(() => streamOf([created, completed(1), ': late\n\n']), {}, options)
    const begun = performance.now()
    expect(outline(await (await ask({ stream: true })).text())).toEqual(['created 0', 'completed 1'])
    expect(performance.now() - begun).toBeLessThan(500)
    ended.resolve()
    await server.requests[0]?.ended
    await pause(20)
    await (await ask({ stream: true })).text()
    expect(server.connections()).toBe(1)
    expect(server.requests.map(({ aborted }) => aborted)).toEqual([false, false])
  })

  test('behind its own error: a moment later', async () => {
    const { ask } = await start(() => streamOf([created, ownError(1)], 'open'))
    const text = await (await ask({ stream: true })).text()
    expect(outline(text)).toEqual(['created 0', 'error 1', 'failed 2'])
  })
})

describe('settings apply', () => {
  test('upstream.send_user', async () => {
    const { ask, asked } = await start(() => json(response), { upstream: { send_user: true } })
    await ask({ background: true })
    expect(asked()[0]?.body).toEqual({ model: 'm', input: 'hi', background: true, user: 'tester' })
  })

  test.each([true, false])("a request's own timeout, which goes not upstream (stream: %s)", async (stream) => {
    const { ask, asked } = await start(() => streamOf([], 'open'))
    const begun = performance.now()
    const answer = await ask({ stream, timeout: 0.15 })
    expect([answer.status, await answer.json()]).toMatchObject([504, { error: { code: 'total_timeout' } }])
    expect(performance.now() - begun).toBeLessThan(1_000)
    expect(asked()[0]?.body).toEqual({ model: 'm', input: 'hi', stream })
  })

  test('a timeout that ends in mid-stream', async () => {
    const { ask } = await start(() => streamOf([created], 'open'))
    const text = await (await ask({ stream: true, timeout: 0.15 })).text()
    expect(outline(text)).toEqual(['created 0', 'error 1', 'failed 2'])
    expect(text).toContain('"total_timeout"')
  })

  test('a timeout that is none is refused', async () => {
    const { ask } = await start(() => json(response))
    const answer = await ask({ timeout: 'soon' })
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { param: 'timeout' } }])
  })

  test.each([429, 502, 503, 504])('retries, after %i', async (status) => {
    const answers = [json({ error: { message: 'busy' } }, status), json({ error: { message: 'busy' } }, status)]
    const { ask, asked, proxy } = await start(() => answers.shift() ?? streamOf([created, completed(1)]))
    const answer = await ask({ stream: true })
    expect([answer.status, answer.headers.get('x-argo-retries')]).toEqual([200, '2'])
    expect(outline(await answer.text())).toEqual(['created 0', 'completed 1'])
    expect(asked()).toHaveLength(3)
    expect(proxy.logged.filter(({ message }) => message.includes('trying again'))).toHaveLength(2)
  })

  test('retries.limit, and the last error is told', async () => {
    const busy = json({ error: { message: 'busy', code: 'slow_down' } }, 429)
    const { ask, asked } = await start(() => busy, { retries: { limit: 1, delay: 10 } })
    const answer = await ask({})
    expect([answer.status, await answer.json()]).toMatchObject([429, { error: { code: 'slow_down' } }])
    expect(asked()).toHaveLength(2)
  })

  test('what is refused for good, or has begun, is not asked again', async () => {
    const answers = [json({ error: { message: 'no' } }, 400), streamOf([created], 'cut')]
    const { ask, asked } = await start(() => answers.shift())
    expect((await ask({ stream: true })).status).toBe(400)
    await (await ask({ stream: true })).text()
    expect(asked()).toHaveLength(2)
  })

  test('heartbeats, before the first event and between events alone', async () => {
    const options: OpenAIServerOptions = {
      onRequest: ({ url }) => (url.endsWith('/models') ? undefined : pause(150)),
      gate: (index) => pause(index > 0 ? 150 : 0),
    }
    const halves = [delta(1).slice(0, 30), delta(1).slice(30)]
    const config = { heartbeat: 40, heartbeat_after: 40 }
    const { ask } = await start(() => streamOf([created, ...halves, completed(2)]), config, options)
    const text = await (await ask({ stream: true })).text()
    expect(text.startsWith(': keep-alive\n\n: keep-alive\n\n')).toBe(true)
    expect(text.split(': keep-alive\n\n').length).toBeGreaterThan(6)
    expect(text.replaceAll(': keep-alive\n\n', '')).toBe(created + delta(1) + completed(2))
  })

  test('an error behind a heartbeat is told within the stream', async () => {
    const options: OpenAIServerOptions = { onRequest: () => pause(100) }
    const config = { heartbeat: 30, heartbeat_after: 30, retries: { limit: 0 } }
    const answers = [json({ error: { message: 'busy' } }, 503), json(response)]
    const { ask } = await start(() => answers.shift(), config, options)
    for (const code of ['upstream_unavailable', 'upstream_invalid_answer']) {
      const answer = await ask({ stream: true })
      expect(answer.status).toBe(200)
      expect(eventsOf(await answer.text())).toMatchObject([{ type: 'error', sequence_number: 0, code }])
    }
  })

  test('models.fallback', async () => {
    const { ask, asked } = await start(() => json(response), { models: { fallback: 'gpt-4o' } })
    const replaced = await ask({ model: 'no-such-model' })
    expect([replaced.status, replaced.headers.get('x-argo-model')]).toEqual([200, 'gpt-4o'])
    const kept = await ask({ model: 'gpt-4.1-nano' })
    expect(kept.headers.get('x-argo-model')).toBeNull()
    expect(asked().map(({ body }) => body)).toMatchObject([{ model: 'gpt-4o' }, { model: 'gpt-4.1-nano' }])
  })

  test('a web page is no answer', async () => {
    const page: Answer = { headers: { 'content-type': 'text/html; charset=utf-8' }, chunks: ['<html>Sign in.</html>'] }
    const { ask } = await start(() => page)
    for (const stream of [true, false]) {
      const answer = await ask({ stream })
      expect([answer.status, await answer.json()]).toMatchObject([502, { error: { code: 'upstream_invalid_answer' } }])
    }
  })

  test.each([
    ['abort', true],
    ['finish', false],
  ] as const)('on_disconnect: %s', async (on_disconnect, aborted) => {
    const left = Promise.withResolvers<void>()
    const options = { gate: (index: number) => (index === 1 ? left.promise : undefined) }
    const { ask, server } = await start(() => streamOf([created, delta(1), completed(2)]), { on_disconnect }, options)
    const leaving = new AbortController()
    const answer = await ask({ stream: true }, undefined, { signal: leaving.signal })
    await answer.body?.getReader().read()
    leaving.abort()
    await pause(100)
    left.resolve()
    await server.requests[0]?.ended
    expect(server.requests[0]?.aborted).toBe(aborted)
  })
})

test('an answer in one piece that is cut is a cut connection', async () => {
  const { ask } = await start(() => ({ ...json(response), chunks: ['{"id":'], ending: 'cut' }))
  const answer = await ask({})
  expect(answer.status).toBe(200)
  await expect(answer.text()).rejects.toThrow()
})

test('where a stream was wanted and none came, what came passes as it is', async () => {
  const { ask } = await start(() => json({ error: null, id: 'resp_1' }, 201))
  const answer = await ask({ stream: true })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([201, 'application/json'])
  expect(await answer.json()).toEqual({ error: null, id: 'resp_1' })
})

describe('every path of the Responses API', () => {
  test('passes, with its body where it has one', async () => {
    const { client, asked, ask, proxy } = await start(() => json(response))
    await client.responses.cancel('resp_1')
    await client.responses.retrieve('resp_1')
    await client.responses.inputItems.list('resp_1', { limit: 3 })
    await client.responses.delete('resp_1')
    await ask({}, '/v1/responses/compact')
    await ask({}, '/v1/responses/input_tokens')
    await fetch(`${proxy.url}/v1/responses/resp_1`, { method: 'HEAD' })
    expect(asked().map(({ method, url, text }) => [method, url, text])).toEqual([
      ['POST', '/v1/responses/resp_1/cancel', ''],
      ['GET', '/v1/responses/resp_1', ''],
      ['GET', '/v1/responses/resp_1/input_items?limit=3', ''],
      ['DELETE', '/v1/responses/resp_1', ''],
      ['POST', '/v1/responses/compact', '{"model":"m","input":"hi"}'],
      ['POST', '/v1/responses/input_tokens', '{"model":"m","input":"hi"}'],
      ['GET', '/v1/responses/resp_1', ''],
    ])
  })

  test.each([`resp_${'b'.repeat(600)}`, 'resp_YWJj+ZGVm==', 'a.b~c:d', 'input_tokens'])(
    'an id may be %s',
    async (id) => {
      const { proxy, asked } = await start(() => json(response))
      for (const path of ['', '/input_items']) {
        expect((await fetch(`${proxy.url}/v1/responses/${id}${path}`)).status).toBe(200)
        expect((await fetch(`${proxy.url}/v1/responses/${encodeURIComponent(id)}${path}`)).status).toBe(200)
      }
      const encoded = encodeURIComponent(id)
      const urls = ['', '', '/input_items', '/input_items'].map((path) => `/v1/responses/${encoded}${path}`)
      expect(asked().map(({ url }) => url)).toEqual(urls)
    },
  )

  test.each([
    ...['%2e%2e', '..%2f..%2fadmin', '%252e%252e', '...', 'a%2fb', 'a%3fb', 'a%23b', 'a%0d%0ab', 'a%20b', 'a%5cb'],
    ...['%2e%2e/cancel', '%2e/input_items', 'resp_1/cancel/x', 'resp_1/%2e%2e', '%E0%A4%A'],
  ])('nothing else reaches the upstream: %s', async (rest) => {
    const { proxy, asked } = await start(() => json(response))
    for (const method of ['GET', 'POST', 'DELETE']) {
      // Not by fetch, which would resolve dots itself.
      const status = await rawStatus(proxy.port, method, `/v1/responses/${rest}`)
      expect([404, 405]).toContain(status)
    }
    expect(asked()).toEqual([])
  })
})

test('a path of slashes is looked at once', async () => {
  const { proxy } = await start(() => json(response))
  const begun = performance.now()
  expect(await rawStatus(proxy.port, 'GET', `/v1/responses/${'/'.repeat(30_000)}x`)).toBe(404)
  expect(performance.now() - begun).toBeLessThan(500)
})

async function rawStatus(port: number, method: string, path: string): Promise<number | undefined> {
  const answered = Promise.withResolvers<number | undefined>()
  request({ port, method, path }, (answer) => answered.resolve(answer.resume().statusCode)).end()
  return answered.promise
}

test('a HEAD of what would be a stream has no body, and its connection stays in order', async () => {
  const { proxy } = await start(() => streamOf([created, delta(1), completed(2)]), {
    heartbeat: 20,
    heartbeat_after: 20,
  })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const path = '/v1/responses/resp_1?stream=true'
  const statuses = []
  for (const method of ['HEAD', 'GET', 'HEAD']) {
    const answered = Promise.withResolvers<string>()
    request({ port: proxy.port, method, path, agent }, (answer) => {
      let text = ''
      answer.on('data', (chunk) => {
        text += chunk
      })
      answer.on('end', () => answered.resolve(`${answer.statusCode} ${outline(text).length}`))
    })
      .on('error', answered.reject)
      .end()
    statuses.push(await answered.promise)
  }
  agent.destroy()
  expect(statuses).toEqual(['200 0', '200 3', '200 0'])
})
