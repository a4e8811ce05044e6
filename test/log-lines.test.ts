import { startOpenAIServer } from 'argo-proxy/testing'
import { expect, onTestFinished, test } from 'vitest'
import { startTestProxy } from './support/test-proxy.ts'

test('what no pipeline answers has its line in the log, too: whole, refused and failed', async () => {
  const server = await startOpenAIServer({
    answer: ({ url }) => {
      if (url.startsWith('/v1/responses/gone')) return { status: 404, chunks: ['{"error":{"message":"the prompt"}}'] }
      if (url.startsWith('/v1/responses')) return { status: 500, chunks: ['the prompt'] }
      return undefined
    },
  })
  const upstream = { kind: 'openai', base_url: `${server.url}/v1`, responses: 'native' } as const
  const proxy = await startTestProxy({ upstream, retries: { limit: 0 } })
  onTestFinished(async () => {
    await proxy.close()
    await server.close()
  })
  const post = (path: string, body: object) => fetch(proxy.url + path, { method: 'POST', body: JSON.stringify(body) })
  await (await post('/v1/embeddings', { model: 'm', input: 'x' })).text()
  await (await post('/v1/responses', { model: 'm', input: 'x' })).text()
  await (await fetch(`${proxy.url}/v1/responses/gone`)).text()
  const lines = proxy.logged.filter(({ level }) => level !== 'debug')
  expect(lines.map(({ message, detail }) => [message, detail?.path, detail?.code])).toEqual([
    ['answered', '/v1/embeddings', undefined],
    ['failed', '/v1/responses', 'upstream_error'],
    ['refused', '/v1/responses/gone', 'not_found'],
  ])
  expect(JSON.stringify(lines)).not.toContain('the prompt')
})
