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
