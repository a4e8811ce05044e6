import { createServer } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { startOpenAIServer } from 'argo-proxy/testing'
import OpenAI from 'openai'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { startTestProxy, type TestProxy } from './support/test-proxy.ts'
import { startRig } from './support/upstreams.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })

test("ARGO's own endpoints pass through, with the user filled in", async () => {
  const rig = await startRig('argo', {}, { reply: () => 'as it is' })
  closing.push(rig.close)
  const body = { model: 'gpt4o', messages: [{ role: 'user', content: 'hi' }], anything: 1 }
  const whole = await post(`${rig.baseURL}/chat`, body)
  expect(await whole.json()).toEqual({ response: 'as it is' })
  const streamed = await post(`${rig.baseURL}/chat`, { ...body, stream: true })
  expect(streamed.headers.get('content-type')).toContain('text/plain')
  expect(await streamed.text()).toBe('as it is')
  const embedded = await post(`${rig.baseURL}/embed`, { model: 'v3small', prompt: ['a', 'b'] })
  expect(await embedded.json()).toMatchObject({ embedding: [expect.any(Array), expect.any(Array)] })
  const paths = rig.gateway.requests.map(({ url }) => url.replace(/.*\/resource/, ''))
  expect(paths).toEqual(['/chat/', '/streamchat/', '/embed/'])
  expect(rig.gateway.requests[0]?.body).toEqual({ ...body, user: 'tester' })
})

test('username_passthrough takes the user from the key', async () => {
  const rig = await startRig('argo', { username_passthrough: true })
  closing.push(rig.close)
  const body = { model: 'gpt4o', messages: [{ role: 'user', content: 'hi' }] }
  await post(`${rig.baseURL}/chat/completions`, body, { authorization: 'Bearer ada' })
  expect(rig.gateway.requests.at(-1)?.body).toMatchObject({ user: 'ada' })
  const refused = await post(`${rig.baseURL}/chat/completions`, body, { authorization: 'Bearer no such\tname' })
  expect([refused.status, await refused.json()]).toMatchObject([401, { error: { code: 'authentication_required' } }])
})

/** A server whose own Responses are recorded bytes. */
async function startNative(chunks: string[], ending: 'complete' | 'cut' = 'complete'): Promise<TestProxy> {
  const answer = () => ({ headers: { 'content-type': 'text/event-stream' }, chunks, ending })
  const server = await startOpenAIServer({ answer })
  const proxy = await startTestProxy({
    upstream: { kind: 'openai', base_url: `${server.url}/v1`, responses: 'native' },
  })
  closing.push(async () => {
    await proxy.close()
    await server.close()
  })
  return proxy
}

test("an upstream's own Responses pass through, byte for byte", async () => {
  const frames = [
    'event: response.created\ndata: {"type":"response.created","x":"é"}\n\n',
    'event: odd\ndata: {}\n\n',
    'event: response.completed\ndata: {"type":"response.completed"}\n\n',
  ]
  const proxy = await startNative(frames)
  const answer = await post(`${proxy.url}/v1/responses`, { model: 'm', input: 'hi', stream: true })
  expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream\b/)
  expect(await answer.text()).toBe(frames.join(''))
  expect((await fetch(`${proxy.url}/v1/responses/..%2f..%2fadmin`)).status).toBe(404)
})

test('a last event without its blank line gets one: SDKs skip what has none', async () => {
  const frames = ['event: odd\ndata: {}\n\n', 'data: {"type":"response.completed"}']
  const proxy = await startNative(frames)
  const answer = await post(`${proxy.url}/v1/responses`, { model: 'm', input: 'hi', stream: true })
  expect(await answer.text()).toBe(`${frames.join('')}\n\n`)
})

test('a cut one is an error for the SDK', async () => {
  const proxy = await startNative(['event: response.created\ndata: {"type":"response.created"}\n\n'], 'cut')
  const client = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: 'none', maxRetries: 0 })
  const read = async () => {
    for await (const _event of await client.responses.create({ model: 'm', input: 'hi', stream: true }));
  }
  await expect(read()).rejects.toMatchObject({ code: 'upstream_disconnected' })
})

test('a cut one ends with the error in its own events, behind whole ones alone', async () => {
  const response = { id: 'resp_1', object: 'response', status: 'in_progress', output: [] }
  const created = { type: 'response.created', sequence_number: 0, response }
  const frames = [
    `event: response.created\ndata: ${JSON.stringify(created)}\n\n`,
    'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","sequence_number":1}\n',
    '\nevent: response.output_text.delta\ndata: {"type":"resp',
  ]
  const proxy = await startNative(frames, 'cut')
  const text = await (await post(`${proxy.url}/v1/responses`, { model: 'm', input: 'hi', stream: true })).text()
  const events = text.split('\n\n').filter(Boolean)
  expect(events.map((event) => event.split('\n')[0])).toEqual([
    ...['event: response.created', 'event: response.output_text.delta', 'event: error', 'event: response.failed'],
  ])
  const [error, failed] = events.slice(2).map((event): unknown => JSON.parse(event.split('data: ')[1] ?? ''))
  expect(error).toMatchObject({ type: 'error', sequence_number: 2, code: 'upstream_disconnected' })
  expect(failed).toMatchObject({
    ...{ type: 'response.failed', sequence_number: 3 },
    response: { id: 'resp_1', status: 'failed', error: { code: 'server_error' } },
  })
})

test('one that is cut behind its last event is whole', async () => {
  const frames = ['event: response.completed\ndata: {"type":"response.completed"}\n\n', 'event: half of']
  const proxy = await startNative(frames, 'cut')
  const answer = await post(`${proxy.url}/v1/responses`, { model: 'm', input: 'hi', stream: true })
  expect(await answer.text()).toBe(frames[0])
})

test("a text of ARGO's own endpoint that is cut is a cut connection", async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' })
    response.write('half of')
    setTimeout(() => response.destroy(), 50)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(async () => void server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const proxy = await startTestProxy({
    user: 'tester',
    upstream: { kind: 'argo', base_url: `http://127.0.0.1:${port}` },
  })
  closing.push(proxy.close)
  const answer = await post(`${proxy.url}/v1/chat`, { model: 'gpt4o', messages: [], stream: true })
  expect(answer.status).toBe(200)
  await expect(answer.text()).rejects.toThrow()
})

test("settings apply to ARGO's own endpoints: retries, a request's own timeout, no web page", async () => {
  const busy = { status: 503, headers: { 'content-type': 'application/json' }, chunks: ['{"error":"busy"}'] }
  const page = { headers: { 'content-type': 'text/html' }, chunks: ['<html>Sign in.</html>'] }
  const silent = { headers: { 'content-type': 'text/plain' }, chunks: [], ending: 'open' as const }
  const answers = [busy, undefined, page, silent]
  const rig = await startRig('argo', { retries: { delay: 10 } }, { answer: () => answers.shift() })
  closing.push(rig.close)
  const body = { model: 'gpt4o', messages: [{ role: 'user', content: 'hi' }] }
  const again = await post(`${rig.baseURL}/chat`, body)
  expect([again.status, again.headers.get('x-argo-retries')]).toEqual([200, '1'])
  const refused = await post(`${rig.baseURL}/chat`, body)
  expect([refused.status, await refused.json()]).toMatchObject([502, { error: { code: 'upstream_invalid_answer' } }])
  const begun = performance.now()
  await expect((await post(`${rig.baseURL}/chat`, { ...body, timeout: 0.15 })).text()).rejects.toThrow()
  expect(performance.now() - begun).toBeLessThan(1_000)
  expect(rig.gateway.requests.at(-1)?.body).toEqual({ ...body, user: 'tester' })
})

test("on_disconnect: finish, for ARGO's own endpoints", async () => {
  const left = Promise.withResolvers<void>()
  const options = { reply: () => 'one two three', gate: (index: number) => (index === 1 ? left.promise : undefined) }
  const rig = await startRig('argo', { on_disconnect: 'finish' }, options)
  closing.push(rig.close)
  const leaving = new AbortController()
  const body = { model: 'gpt4o', messages: [{ role: 'user', content: 'hi' }], stream: true }
  const init = { method: 'POST', body: JSON.stringify(body), signal: leaving.signal }
  const answer = await fetch(`${rig.baseURL}/chat`, init)
  await answer.body?.getReader().read()
  leaving.abort()
  await pause(50)
  left.resolve()
  await rig.gateway.requests[0]?.ended
  expect(rig.gateway.requests[0]?.aborted).toBe(false)
  const health = z.object({ exchanges: z.number() })
  const open = async () => health.parse(await (await fetch(`${rig.proxy.url}/health`)).json()).exchanges
  await expect.poll(open).toBe(0)
})
