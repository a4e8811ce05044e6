import { expect, test } from 'vitest'
import { startRig } from './support/upstreams.ts'

test('a model that does not exist is a 404 with near names, or answered by the fallback', async () => {
  const ask = (url: string, model: string) =>
    fetch(`${url}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] }),
    })
  const strict = await startRig('argo')
  const lenient = await startRig('argo', { models: { fallback: 'gpt4o' } })
  try {
    const refused = await ask(strict.baseURL, 'gpt-4p')
    expect([refused.status, await refused.json()]).toMatchObject([404, { error: { code: 'model_not_found' } }])
    const answered = await ask(lenient.baseURL, 'gpt-4p')
    expect([answered.status, answered.headers.get('x-argo-model')]).toEqual([200, 'gpt4o'])
    expect(lenient.gateway.requests.at(-1)?.body).toMatchObject({ model: 'gpt4o' })
    expect((await ask(lenient.baseURL, 'gpt-4o')).headers.get('x-argo-model')).toBeNull()
  } finally {
    await strict.close()
    await lenient.close()
  }
})
