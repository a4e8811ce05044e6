import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { startTestProxy, type TestProxy } from '../support/test-proxy.ts'
import { upstreamKinds } from '../support/upstreams.ts'
import { documentedFields, hasSchemas, withField } from './support/documented-fields.ts'
import { isFull } from './support/full.ts'
import { inTurns } from './support/in-turns.ts'
import { type RawUpstream, startRawUpstream } from './support/raw-upstream.ts'
import { chunked, statusAnswer, wireAnswer } from './support/wire-answer.ts'

const requests = [
  {
    path: '/v1/chat/completions',
    definition: 'CreateChatCompletionRequest',
    body: { model: 'gpt-4o', messages: [{ role: 'user', content: 'x' }] },
  },
  { path: '/v1/completions', definition: 'CreateCompletionRequest', body: { model: 'gpt-4o', prompt: 'x' } },
  { path: '/v1/responses', definition: 'CreateResponse', body: { model: 'gpt-4o', input: 'x' } },
  {
    path: '/v1/embeddings',
    definition: 'CreateEmbeddingRequest',
    body: { model: 'text-embedding-3-small', input: 'x' },
  },
]
const values: readonly unknown[] = [
  ...[null, true, '', 'text', -1, 0, 0.5, 2 ** 53, -1e300, [], {}, [[]], [null], [{}], { a: { b: [1] } }],
  ...['x'.repeat(100_000), '\0', '\ud800', 'a\r\nb: c'],
]
const errorShape = z.object({
  error: z.object({ message: z.string().min(1), type: z.string(), param: z.string().nullable(), code: z.string() }),
})

describe.each(upstreamKinds)('over %s', (kind) => {
  let upstream: RawUpstream
  let proxy: TestProxy
  beforeAll(async () => {
    upstream = await startRawUpstream((request, socket) => {
      const isEmbedding = /embed/.test(request.line)
      const json = isEmbedding ? '{"data":[{"embedding":[1],"index":0}],"embedding":[[1]]}' : '{"data":[]}'
      if (isEmbedding || request.line.includes('/models')) {
        return socket.write(statusAnswer('200 OK', ['content-type: application/json'], json))
      }
      return socket.write(chunked(wireAnswer(kind, request)))
    })
    proxy = await startTestProxy({
      upstream: { kind, base_url: kind === 'argo' ? upstream.url : `${upstream.url}/v1` },
      plugins: ['real-stream', ['pseudo-stream', { delay: 0 }], 'tools'],
      circuit_breaker: { enabled: false },
    })
  })
  afterAll(async () => {
    await proxy.close()
    await upstream.close()
  })

  test.skipIf(!hasSchemas).each(requests)(
    `any value in any documented field of $path is refused clearly or answered${hasSchemas ? '' : ' (skipped: OpenAI’s schemas are not here)'}`,
    async ({ path, definition, body }) => {
      const bodies = documentedFields(definition).flatMap((field) =>
        values.map((value) => ({ field: field.join('.'), value, text: JSON.stringify(withField(body, field, value)) })),
      )
      expect(bodies.length).toBeGreaterThan(80)
      const some = isFull ? bodies : bodies.filter((_, index) => index % 11 === 0)
      const odd = await inTurns(some, 20, async ({ field, value, text }) => {
        const response = await fetch(proxy.url + path, { method: 'POST', body: text })
        const answer = await response.text()
        // Over a right upstream, what is no fault of the request is a fault of the proxy; a code of the upstream is one.
        if (response.status === 200) return []
        const error = errorShape.safeParse(JSON.parse(answer))
        const isClear = response.status >= 400 && response.status < 500 && error.success
        return isClear
          ? []
          : [
              {
                field,
                value: String(JSON.stringify(value)).slice(0, 60),
                status: response.status,
                answer: answer.slice(0, 300),
              },
            ]
      })
      expect(odd.flat().slice(0, 20)).toEqual([])
    },
    300_000,
  )
})
