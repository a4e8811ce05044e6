import { describe, expect, test } from 'vitest'
import { paths, promptPlugins, useRigOf } from '../clients/paths.ts'
import { startRig } from '../support/upstreams.ts'
import { everyRequest, send, upstreamRequests } from './every-request.ts'

/** What the upstream says of its limits, and what of its own connection and house. */
const limits = {
  'x-ratelimit-limit-requests': '100',
  'x-ratelimit-remaining-requests': '99',
  'x-ratelimit-remaining-tokens': '39000',
  'x-ratelimit-reset-tokens': '6m0s',
}
const own = {
  'x-request-id': 'req_of_the_upstream',
  'keep-alive': 'timeout=1',
  connection: 'close',
  'proxy-authenticate': 'Basic',
  trailer: 'x-sum',
  'set-cookie': 'session=1',
  server: 'uvicorn',
  etag: '"1"',
  'x-powered-by': 'somebody',
}

describe.each(paths)('headers over the $kind upstream in $mode stream', ({ kind, mode }) => {
  const rig = useRigOf(() =>
    startRig(
      kind,
      { real_stream: mode === 'real', plugins: promptPlugins },
      { headers: { ...limits, ...own }, gzip: true },
    ),
  )

  test.each(everyRequest)('of $name', async (request) => {
    const answer = await send(rig().baseURL, request, { 'x-request-id': 'my-id.1:2' })
    const body = Buffer.from(await answer.arrayBuffer())
    const headers = Object.fromEntries(answer.headers)
    expect(answer.status, body.toString()).toBe(200)
    expect(headers).toMatchObject({ 'x-request-id': 'my-id.1:2', connection: 'keep-alive', date: expect.any(String) })
    if (request.streamed) {
      expect(headers).toMatchObject({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
        'transfer-encoding': 'chunked',
        'x-argo-stream-mode': mode,
      })
      expect(headers).not.toHaveProperty('content-length')
    } else {
      expect(headers).toMatchObject({ 'content-type': 'application/json', 'content-length': String(body.length) })
      expect(headers).not.toHaveProperty('transfer-encoding')
    }
    expect(headers).not.toHaveProperty('content-encoding')
    for (const [name, value] of Object.entries(own)) expect(headers[name], name).not.toBe(value)
  })

  test.each(upstreamRequests)('the upstream’s limits are passed on with $name', async (request) => {
    const answer = await send(rig().baseURL, request)
    await answer.arrayBuffer()
    expect(Object.fromEntries(answer.headers)).toMatchObject(limits)
  })

  test.each(everyRequest)('of $name: an id that could do harm is replaced', async (request) => {
    const insane = ['two words', 'a,b', 'x'.repeat(129), '../../etc', '"quoted"', '']
    for (const id of insane) {
      const answer = await send(rig().baseURL, request, { 'x-request-id': id })
      await answer.arrayBuffer()
      expect(answer.headers.get('x-request-id')).toMatch(/^req_[\da-f]{32}$/)
    }
  })

  test('an own id for each answer, where the client has none', async () => {
    const ids = await Promise.all(
      everyRequest.map(async (request) => (await send(rig().baseURL, request)).headers.get('x-request-id')),
    )
    for (const id of ids) expect(id).toMatch(/^req_[\da-f]{32}$/)
    expect(new Set(ids).size).toBe(everyRequest.length)
  })
})

test('limits are passed on with an answer that passes as it is', async () => {
  const rig = await startRig('argo', {}, { headers: { ...limits, ...own }, gzip: true })
  const body = { model: 'gpt4o', messages: [{ role: 'user', content: 'Hello' }] }
  const answer = await send(rig.baseURL, { method: 'POST', path: '/chat', body })
  expect(await answer.json()).toHaveProperty('response')
  const headers = Object.fromEntries(answer.headers)
  expect(headers).toMatchObject(limits)
  for (const [name, value] of Object.entries(own)) expect(headers[name], name).not.toBe(value)
  await rig.close()
})

describe('fields that ARGO’s wire does not take', () => {
  const rig = useRigOf(() => startRig('argo', { plugins: promptPlugins }))
  const dropped = { seed: 1, reasoning_effort: 'low', 'odd\r\nname, here': true }

  test.each([false, true])('are named in a header and in the log (stream: %s)', async (stream) => {
    const body = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }], stream, user: 'u', ...dropped }
    const answer = await send(rig().baseURL, { method: 'POST', path: '/chat/completions', body })
    await answer.arrayBuffer()
    const names = (answer.headers.get('x-argo-dropped-parameters') ?? '').split(', ')
    expect(names.toSorted()).toEqual(['odd__name__here', 'reasoning_effort', 'seed'])
    const line = rig().proxy.logged.findLast(({ message }) => message === 'answered')
    expect(line?.detail).toMatchObject({ droppedParameters: names })
  })

  test('where all are taken, there is no such header', async () => {
    for (const request of everyRequest) {
      const answer = await send(rig().baseURL, request)
      await answer.arrayBuffer()
      expect(answer.headers.has('x-argo-dropped-parameters')).toBe(false)
    }
    expect(rig().proxy.logged.at(-1)?.detail ?? {}).not.toHaveProperty('droppedParameters')
  })
})
