import { gzipSync } from 'node:zlib'
import type { Answer, RecordedRequest } from 'argo-proxy/testing'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { paths, useRigOf } from '../clients/paths.ts'
import { startRig } from '../support/upstreams.ts'
import { expectSchema, objectOf } from './answer-checks.ts'
import { everyRequest, send, upstreamRequests } from './every-request.ts'
import { errorClassOf, sdkCalls } from './sdk-calls.ts'
import { toldAtOnce } from './told-at-once.ts'

const model = 'gpt-4o'
const messages = [{ role: 'user', content: 'Hello' }]

/** Bodies that are wrong, and the field that is. */
const wrong: readonly [path: string, body: object, param: string][] = [
  ['/chat/completions', { messages }, 'model'],
  ['/chat/completions', { model }, 'messages'],
  ['/chat/completions', { model, messages: [{ role: 'user' }] }, 'messages[0].content'],
  ['/chat/completions', { model, messages, temperature: 9 }, 'temperature'],
  ['/chat/completions', { model, messages, stream: true, tools: [{ type: 'function' }] }, 'tools[0].function'],
  ['/completions', { model }, 'prompt'],
  ['/completions', { model, prompt: 'Hello', n: 0 }, 'n'],
  ['/completions', { model, prompt: 'Hello', stream: 'yes' }, 'stream'],
  ['/responses', { model }, 'input'],
  ['/responses', { model, input: 'Hello', max_output_tokens: 0 }, 'max_output_tokens'],
  ['/responses', { model, input: [{ role: 'user' }], stream: true }, 'input[0].content'],
  ['/responses', { model, input: 'Hello', previous_response_id: 'resp_none' }, 'previous_response_id'],
  ['/embeddings', { model }, 'input'],
  ['/embeddings', { model, input: 'Hello', dimensions: 0 }, 'dimensions'],
  ['/embeddings', { model, input: [] }, 'input'],
]

/** As OpenAI says it. The gateway of ARGO has a list of its own. */
function knowsNoModel({ text }: RecordedRequest): Answer | undefined {
  if (!text.includes('"gpt-4x"')) return undefined
  const error = { message: 'The model `gpt-4x` does not exist.', type: 'invalid_request_error', param: null }
  const chunks = [JSON.stringify({ error: { ...error, code: 'model_not_found' } })]
  return { status: 404, headers: { 'content-type': 'application/json' }, chunks }
}

describe.each(paths)('faults of the request over the $kind upstream in $mode stream', ({ kind, mode }) => {
  const rig = useRigOf(() =>
    startRig(
      kind,
      { ...toldAtOnce, real_stream: mode === 'real', limits: { body: 2_000 } },
      kind === 'openai' ? { answer: knowsNoModel } : {},
    ),
  )
  const connect = () => new OpenAI({ baseURL: rig().baseURL, apiKey: 'none', maxRetries: 0 })

  test.each(wrong)('%s with %j: %s', async (path, body, param) => {
    const error = await caught(connect().post(path, { body }), 400)
    expect(error).toMatchObject({ type: 'invalid_request_error', param })
    expect(rig().gateway.requests.filter(({ method }) => method === 'POST')).toEqual([])
  })

  test('input items: a page that cannot be', async () => {
    const response = await connect().responses.create({ model, input: 'Hello' })
    const page = connect().get(`/responses/${response.id}/input_items?limit=0`)
    expect(await caught(page, 400)).toMatchObject({ type: 'invalid_request_error', param: 'limit' })
  })

  test.each(sdkCalls)('an unknown model: $name', async ({ call }) => {
    const error = await caught(call(connect(), { model: 'gpt-4x', text: 'Hello' }), 404)
    expect(error).toMatchObject({ type: 'invalid_request_error', code: 'model_not_found', param: 'model' })
    expect(error.message).toContain('gpt-4x')
  })

  test('an unknown model by its id, with near names', async () => {
    const error = await caught(connect().models.retrieve('gpt-4x'), 404)
    expect(error).toMatchObject({ code: 'model_not_found', param: 'model', message: expect.stringContaining('gpt-4o') })
  })

  test.each(['/nothing', '/responses/resp_none', '/responses/resp_none/input_items'])('nothing at %s', async (path) => {
    expect(await caught(connect().get(path), 404)).toMatchObject({ type: 'invalid_request_error' })
  })

  test.each([...everyRequest.map(({ path }) => path), '/responses/resp_none'])('not allowed: PUT %s', async (path) => {
    const error = await caught(connect().put(path), 405)
    expect(error).toMatchObject({ type: 'invalid_request_error', code: 'method_not_allowed' })
    const allowed = everyRequest.filter((request) => request.path === path).map(({ method }) => method)
    const allow = path.includes('resp_') ? 'GET, DELETE' : [...new Set(allowed)].join(', ')
    expect(error.headers?.get('allow')).toBe(allow)
  })

  describe.each(upstreamRequests)('the body of $name', ({ path, body }) => {
    const post = (raw: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
      fetch(rig().baseURL + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: raw,
      })

    test.each<[string, number, string, string | Uint8Array<ArrayBuffer>, Record<string, string>?]>([
      ['is no JSON', 400, 'invalid_json', '{"model": '],
      ['is not there', 400, 'invalid_json', ''],
      ['is no object', 400, 'invalid_type', '[]'],
      ['is no UTF-8', 400, 'invalid_json', new Uint8Array([0x22, 0xff, 0x22])],
      ['is too large', 413, 'request_too_large', JSON.stringify({ ...body, user: 'x'.repeat(2_000) })],
      ['is compressed', 415, 'unsupported_media_type', gzipSync(JSON.stringify(body)), { 'content-encoding': 'gzip' }],
    ])('%s', async (_what, status, code, raw, headers) => {
      const answer = await post(raw, headers)
      const told: unknown = await answer.json()
      expect({ status: answer.status, told }).toMatchObject({
        status,
        told: { error: { type: 'invalid_request_error', code } },
      })
      expectSchema('ErrorResponse', told)
      expect(answer.headers.get('content-type')).toBe('application/json')
      expect(answer.headers.get('x-request-id')).toMatch(/^req_/)
    })
  })
})

describe.each(paths)('the account over the $kind upstream in $mode stream', ({ kind, mode }) => {
  const rig = useRigOf(() =>
    startRig(kind, { ...toldAtOnce, real_stream: mode === 'real', username_passthrough: true }),
  )
  const connect = (apiKey: string) => new OpenAI({ baseURL: rig().baseURL, apiKey, maxRetries: 0 })

  test.each(sdkCalls)('$name: a key that is no account name', async ({ call, model }) => {
    const error = await caught(call(connect('not a name'), { model, text: 'Hello' }), 401)
    expect(error).toMatchObject({ type: 'authentication_error', code: 'authentication_required' })
  })
})

describe.each(paths.filter(({ kind }) => kind === 'argo'))(
  'an account that ARGO does not know in $mode stream',
  (path) => {
    const rig = useRigOf(() => startRig('argo', { ...toldAtOnce, real_stream: path.mode === 'real', user: 'unknown' }))

    test.each(sdkCalls.filter(({ name }) => name !== 'embeddings'))('$name: 401, though it says 200', async (asked) => {
      const client = new OpenAI({ baseURL: rig().baseURL, apiKey: 'none', maxRetries: 0 })
      const error = await caught(asked.call(client, { model: asked.model, text: 'Hello' }), 401)
      expect(error).toMatchObject({ type: 'authentication_error', code: 'unknown_account' })
    })
  },
)

describe.each(paths)('the proxy’s own limits over the $kind upstream in $mode stream', ({ kind, mode }) => {
  const limited = { ...toldAtOnce, real_stream: mode === 'real', heal: { enabled: false } }
  const silent = { gate: () => new Promise<void>(() => {}) }
  const slow = useRigOf(() => startRig(kind, { ...limited, timeouts: { first_byte: 40 } }, silent))
  const nowhere = useRigOf(() => startRig(kind, { ...limited, upstream: { kind, base_url: 'http://127.0.0.1:9/v1' } }))
  const busy = useRigOf(() => startRig(kind, { ...limited, limits: { exchanges: 1 } }, silent))

  test.each(sdkCalls)('$name: an upstream that is silent', async ({ call, model }) => {
    const client = new OpenAI({ baseURL: slow().baseURL, apiKey: 'none', maxRetries: 0 })
    const error = await caught(call(client, { model, text: 'Hello' }), 504)
    expect(error).toMatchObject({ type: 'server_error', code: 'first_byte_timeout' })
  })

  const listModels = { name: 'models', model, call: (client: OpenAI): Promise<unknown> => client.models.list() }
  test.each([...sdkCalls, listModels])('$name: an upstream that is not there', async ({ call, model }) => {
    const client = new OpenAI({ baseURL: nowhere().baseURL, apiKey: 'none', maxRetries: 0 })
    const error = await caught(call(client, { model, text: 'Hello' }), 502)
    expect(error).toMatchObject({ type: 'server_error', code: 'upstream_unreachable' })
  })

  test('more requests than are taken', async () => {
    const abort = new AbortController()
    const request = upstreamRequests[0] ?? expect.fail()
    const first = fetch(busy().baseURL + request.path, {
      method: 'POST',
      body: JSON.stringify(request.body),
      signal: abort.signal,
    })
    await expect.poll(() => busy().gateway.requests.length).toBeGreaterThan(0)
    for (const { call, model } of sdkCalls) {
      const client = new OpenAI({ baseURL: busy().baseURL, apiKey: 'none', maxRetries: 0 })
      const error = await caught(call(client, { model, text: 'Hello' }), 429)
      expect(error).toMatchObject({ type: 'rate_limit_error', code: 'too_many_requests' })
      expect(error.headers?.get('retry-after')).toBe('1')
    }
    abort.abort()
    await expect(first).rejects.toThrow(/abort/)
  })
})

describe('what ARGO’s wire cannot carry is named as the client named it', () => {
  const rig = useRigOf(() => startRig('argo', toldAtOnce))
  const image = { type: 'input_image', image_url: 'https://example.org/a.png' }
  const logprobs = ['message.output_text.logprobs']

  test.each<[string, object, string]>([
    ['/responses', { input: [{ role: 'user', content: [image] }] }, 'input'],
    ['/responses', { input: 'Hello', include: logprobs }, 'include'],
    ['/responses', { input: 'Hello', logit_bias: { 1: 1 } }, 'logit_bias'],
    ['/chat/completions', { messages, logprobs: true }, 'logprobs'],
    ['/completions', { prompt: 'Hello', logprobs: 1 }, 'logprobs'],
    ['/completions', { prompt: [1, 2] }, 'prompt'],
    ['/embeddings', { input: [1, 2] }, 'input[0]'],
    ['/embeddings', { input: 'Hello', dimensions: 8 }, 'dimensions'],
  ])('%s with %j: %s', async (path, body, param) => {
    for (const stream of path === '/embeddings' ? [false] : [false, true]) {
      const answer = await send(rig().baseURL, { method: 'POST', path, body: { model, ...body, stream } })
      const { error } = objectOf(await answer.json())
      expect({ status: answer.status, error }).toMatchObject({ status: 400, error: { param } })
    }
  })
})

/** The error that the SDK raised: of its class for the status, and of OpenAI's shape. */
async function caught(call: Promise<unknown>, status: number) {
  const error = await call.then(
    () => expect.fail('no error was raised'),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof OpenAI.APIError)) return expect.fail(`no error of the SDK: ${error}`)
  expect(error.status, error.message).toBe(status)
  expect(error).toBeInstanceOf(errorClassOf(status))
  expectSchema('Error', error.error)
  expect(error.requestID).toMatch(/^req_/)
  expect(error.headers?.get('content-type')).toBe('application/json')
  return error
}
