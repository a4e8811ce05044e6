import { expect, test } from 'vitest'
import { startRig } from './support/upstreams.ts'

const page = 'https://chat.example.org'
const preflight = (url: string, origin: string) =>
  fetch(`${url}/chat/completions`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,x-stainless-os',
    },
  })

test('a web page may call only where its origin is configured', async () => {
  const closed = await startRig('argo')
  const open = await startRig('argo', { cors: { origins: [page] } })
  try {
    const refused = await preflight(closed.baseURL, page)
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([405, null])
    const stranger = await preflight(open.baseURL, 'https://elsewhere.example.org')
    expect(stranger.headers.get('access-control-allow-origin')).toBeNull()
    const allowed = await preflight(open.baseURL, page)
    expect(allowed.status).toBe(204)
    expect(allowed.headers.get('access-control-allow-origin')).toBe(page)
    expect(allowed.headers.get('access-control-allow-headers')).toBe('authorization,x-stainless-os')
    const answer = await fetch(`${open.baseURL}/models`, { headers: { origin: page } })
    expect(answer.headers.get('access-control-allow-origin')).toBe(page)
    expect(answer.headers.get('access-control-expose-headers')).toContain('x-argo-stream-mode')
  } finally {
    await closed.close()
    await open.close()
  }
})

test('what a page of another origin sends without asking is refused before it goes upstream', async () => {
  const rig = await startRig('argo')
  const body = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'x' }] })
  const send = async (headers: Record<string, string>) => {
    const response = await fetch(`${rig.baseURL}/chat/completions`, { method: 'POST', headers, body })
    return [response.status, rig.gateway.requests.filter(({ url }) => url.endsWith('/chat/')).length]
  }
  try {
    expect(await send({ origin: page, 'content-type': 'text/plain' })).toEqual([403, 0])
    expect(await send({ origin: 'null', 'content-type': 'application/x-www-form-urlencoded' })).toEqual([403, 0])
    // What is no browser says no origin; and for JSON, a browser asks first.
    expect(await send({ 'content-type': 'text/plain' })).toEqual([200, 1])
    expect(await send({ origin: page, 'content-type': 'application/json' })).toEqual([200, 2])
  } finally {
    await rig.close()
  }
})

test('POST /refresh reads the model list now', async () => {
  const rig = await startRig('argo')
  try {
    const lists = () => rig.gateway.requests.filter(({ url }) => url.endsWith('/models/')).length
    await fetch(`${rig.baseURL}/models`)
    await fetch(`${rig.baseURL}/models`)
    expect(lists()).toBe(1)
    const refreshed = await fetch(`${rig.proxy.url}/refresh`, { method: 'POST' })
    expect(await refreshed.json()).toMatchObject({ object: 'list', data: expect.any(Array) })
    expect(lists()).toBe(2)
  } finally {
    await rig.close()
  }
})
