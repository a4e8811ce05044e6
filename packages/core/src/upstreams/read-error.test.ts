import { describe, expect, test } from 'vitest'
import { isRecord } from '../record.ts'
import { fixtureRows, hasFixture } from './fixtures.test.support.ts'
import { readUpstreamError } from './read-error.ts'

const origin = 'https://up.test'
function read(status: number, body: unknown, headers: Record<string, string> = {}) {
  return readUpstreamError(origin, status, headers, typeof body === 'string' ? body : JSON.stringify(body))
}
const openai = (message: string, more: object = {}) => ({
  error: { message, type: 'x', param: null, code: null, ...more },
})

describe('the status of an upstream error', () => {
  test.each([
    [400, 400, 'invalid_request_error', 'invalid_request'],
    [401, 401, 'authentication_error', 'authentication_failed'],
    [403, 403, 'permission_error', 'permission_denied'],
    [404, 404, 'not_found_error', 'not_found'],
    [409, 409, 'invalid_request_error', 'invalid_request'],
    [413, 413, 'invalid_request_error', 'request_too_large'],
    [422, 422, 'invalid_request_error', 'invalid_request'],
    [429, 429, 'rate_limit_error', 'rate_limit_exceeded'],
    [500, 502, 'server_error', 'upstream_error'],
    [502, 502, 'server_error', 'upstream_error'],
    [503, 503, 'server_error', 'upstream_unavailable'],
    [504, 504, 'server_error', 'upstream_timeout'],
    [529, 503, 'server_error', 'upstream_unavailable'],
    [407, 502, 'server_error', 'upstream_error'],
  ])('%i becomes %i %s', (status, answered, type, code) => {
    expect(read(status, openai('why'))).toMatchObject({ status: answered, type, code })
  })

  test('says with 5xx that it is the upstream that failed', () => {
    expect(read(500, openai("'NoneType' object is not iterable")).message).toBe(
      "The upstream failed with status 500: 'NoneType' object is not iterable",
    )
  })

  test('passes on when to come again and how much is left, and nothing else', () => {
    const headers = { 'Retry-After': '7', 'x-ratelimit-remaining-requests': '0', 'set-cookie': 'a=b', date: 'now' }
    expect(read(429, openai('slow down'), headers).headers).toEqual({
      'retry-after': '7',
      'x-ratelimit-remaining-requests': '0',
    })
  })

  test('is the vendor’s where a gateway wraps a refusal in a 500', () => {
    const wrapped = openai("Error code: 400 - {'error': {'message': 'bad schema', 'param': 'tools[0]'}}")
    expect(read(500, wrapped)).toMatchObject({ status: 400, message: 'bad schema', param: 'tools[0]' })
    expect(read(500, openai("Error code: 429 - {'error': {'message': 'slow'}}"))).toMatchObject({ status: 429 })
  })

  test.each([301, 302, 307])('%i, and a 404 that is no API’s, hint at the configuration', (status) => {
    for (const error of [
      read(status, ''),
      read(404, '<html><h1>Not Found</h1></html>'),
      read(405, 'Method Not Allowed'),
    ]) {
      expect(error).toMatchObject({ status: 502, message: expect.stringMatching(/up\.test.*check upstream\.base_url/) })
    }
    expect(read(status, '').code).toBe('upstream_redirect')
  })
})

describe('an error about the model', () => {
  test.each([
    [404, openai('The model `gpt-9` does not exist or you do not have access to it.', { code: 'model_not_found' })],
    [404, { error: 'model "llama9" not found, try pulling it first' }],
    [404, { object: 'error', message: 'The model `x` does not exist.', type: 'NotFoundError', code: 404 }],
    [404, "Error: model 'gpt9' was not found."],
    [400, openai('Unknown model gpt9')],
  ])('%i %j is a model_not_found', (status, body) => {
    expect(read(status, body)).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' })
  })

  test.each([
    openai('`temperature` is deprecated for this model.'),
    openai("Unsupported parameter: 'top_p' is not supported with this model."),
    openai("This model's maximum context length is 8192 tokens.", { code: 'context_length_exceeded' }),
  ])('is not seen in %j', (body) => {
    expect(read(400, body)).toMatchObject({ status: 400 })
  })
})

describe('the message of an upstream error', () => {
  test.each([
    [openai('plain'), 'plain'],
    [{ error: 'a text' }, 'a text'],
    [{ message: 'top level' }, 'top level'],
    [{ detail: 'FastAPI' }, 'FastAPI'],
    [{ detail: [{ loc: ['body', 'messages', 0], msg: 'field required', type: 'missing' }] }, 'field required'],
    [{ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 'Overloaded'],
    [openai("Error code: 400 - {'type': 'error', 'error': {'message': \"it's 'bad'\"}}"), "it's 'bad'"],
    [openai('Error code: 400 - {"error": {"message": "JSON inside"}}'), 'JSON inside'],
    [openai("{'type': 'error', 'error': {'details': None, 'message': 'Python alone'}}"), 'Python alone'],
    [openai("Error code: 400 - {'error': {'message': \"Error code: 422 - {'error': {'message': 'deep'}}\"}}"), 'deep'],
    [openai('Error code: 400 - {broken'), 'Error code: 400 - {broken'],
    ['plain text', 'plain text'],
    ['<html><head><title>413 Too Large</title></head><body>x</body></html>', '413 Too Large'],
    ['<p>Only a <b>paragraph</b></p>', 'Only a paragraph'],
    [[{ error: { message: 'in a list' } }], 'in a list'],
    ['', 'it gave no reason'],
    ['{}', '{}'],
  ])('of %j is %j', (body, message) => {
    expect(read(400, body).message).toBe(message)
  })

  test('keeps the vendor’s code and field, and FastAPI’s place', () => {
    const body = openai(
      "Error code: 400 - {'error': {'message': 'no', 'param': 'top_p', 'code': 'unsupported_parameter'}}",
    )
    expect(read(400, body)).toMatchObject({ param: 'top_p', code: 'unsupported_parameter' })
    expect(read(422, { detail: [{ loc: ['body', 'messages', 0], msg: 'no' }] }).param).toBe('messages.0')
  })

  test('is cut where it is long', () => {
    expect(read(400, 'x'.repeat(100_000)).message.length).toBeLessThan(1_100)
  })

  test('survives endless nesting', () => {
    expect(read(400, '{"error":'.repeat(3_000)).status).toBe(400)
    expect(read(400, `${'{"error":'.repeat(3_000)}1${'}'.repeat(3_000)}`).status).toBe(400)
  })
})

describe.skipIf(!hasFixture('argo-native-204.jsonl'))(
  'recorded refusals (skipped where ../shared/fixtures/argo-native-204.jsonl is absent)',
  () => {
    const refusals = () => fixtureRows('argo-native-204.jsonl').filter(({ status }) => status !== 200)

    test('are unwrapped to one sentence, whatever wrapped them', () => {
      expect(refusals()).toHaveLength(54)
      for (const { status, body } of refusals()) {
        const error = read(Number(status), body)
        expect(error.status).toBe(status === 500 ? 502 : 400)
        expect(error.message).not.toMatch(/Error code|\{'|request_id/)
        expect(error.message.length).toBeGreaterThan(10)
      }
    })

    test('name the field where the vendor does', () => {
      const named = refusals().filter(({ body }) => JSON.stringify(body).includes("'param':"))
      expect(named.length).toBeGreaterThan(10)
      for (const { variant, body } of named) {
        const param = variant === 'top_p_only' ? 'top_p' : 'temperature'
        expect(read(400, body)).toMatchObject({ param, code: expect.stringMatching(/^unsupported_/) })
      }
    })

    test('are found in answers with status 200, too', () => {
      const hidden = fixtureRows('argo-native-204.jsonl').filter(
        ({ status, body }) => status === 200 && isRecord(body) && body.type === 'error',
      )
      for (const { body } of hidden) expect(read(502, body)).toMatchObject({ status: 502 })
      expect(hidden.length).toBeGreaterThan(0)
    })
  },
)
