import fc from 'fast-check'
import { chat, post } from './raw-client.ts'

/** Requests that are right, to be spoilt. */
const paths = ['/v1/chat/completions', '/v1/completions', '/v1/responses', '/v1/embeddings', '/v1/chat', '/refresh']
const right = [
  post(paths[0] ?? '', chat('Speak.', { stream: true, temperature: 0.5, stop: ['a'] })),
  post(paths[0] ?? '', chat('Speak.', { tools: [{ type: 'function', function: { name: 'f', parameters: {} } }] })),
  post(paths[1] ?? '', { model: 'm', prompt: 'Speak.', n: 2, stream: true }),
  post(paths[2] ?? '', { model: 'm', input: [{ role: 'user', content: 'Speak.' }], store: true }),
  post(paths[3] ?? '', { model: 'm', input: ['a', 'b'], encoding_format: 'base64' }),
  'GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n',
  'DELETE /v1/responses/resp_1 HTTP/1.1\r\nhost: x\r\n\r\n',
].map((text) => Buffer.from(text))

const nasty = fc.constantFrom(
  ...[
    '\0',
    '\r',
    '\n',
    '\r\n\r\n',
    '\u2028',
    '%00',
    '%0d%0a',
    '../',
    '\ud800',
    '\ufeff',
    '"',
    '\\',
    '{',
    '[',
    '__proto__',
  ],
  ...[
    'Content-Length: 0\r\n',
    'Transfer-Encoding: chunked\r\n',
    'HTTP/1.1',
    'data: [DONE]',
    'x'.repeat(9_000),
    '-1',
    '1e309',
  ],
)
const bytes = fc.oneof(
  nasty.map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 12 }).map((array) => Buffer.from(array)),
)

/** One thing done to the bytes of a request, at a place from 0 to 1. */
const wound = fc.record({
  kind: fc.constantFrom('insert', 'replace', 'delete', 'cut', 'repeat'),
  place: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 60 }),
  bytes,
})

const spoilt = fc
  .tuple(fc.constantFrom(...right), fc.array(wound, { minLength: 1, maxLength: 4 }))
  .map(([request, wounds]) =>
    wounds.reduce((spoiling: Buffer, { kind, place, length, bytes: other }) => {
      const at = Math.floor(place * spoiling.length)
      const head = spoiling.subarray(0, at)
      switch (kind) {
        case 'insert':
          return Buffer.concat([head, other, spoiling.subarray(at)])
        case 'replace':
          return Buffer.concat([head, other, spoiling.subarray(at + other.length)])
        case 'delete':
          return Buffer.concat([head, spoiling.subarray(at + length)])
        case 'repeat':
          return Buffer.concat([head, spoiling.subarray(Math.max(0, at - length))])
        default:
          return head
      }
    }, request),
  )

const fields = fc.constantFrom(
  ...['model', 'messages', 'prompt', 'input', 'stream', 'n', 'stop', 'tools', 'tool_choice', 'functions', 'timeout'],
  ...['max_tokens', 'temperature', 'response_format', 'text', 'include', 'logprobs', 'stream_options', 'store', 'role'],
  ...[
    'previous_response_id',
    'instructions',
    'content',
    'type',
    'user',
    'echo',
    'encoding_format',
    '__proto__',
    'constructor',
  ],
)
const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.maxSafeInteger(),
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(fields, tie('value')), { maxLength: 6 }).map((entries) => {
      const object: Record<string, unknown> = Object.create(null)
      for (const [key, value] of entries) object[key] = value
      return object
    }),
  ),
}))

const wrongBody = fc
  .tuple(fc.constantFrom(...paths), anyValue)
  .map(([path, body]) => Buffer.from(post(path, JSON.stringify(body) ?? 'undefined')))

const noise = fc.uint8Array({ minLength: 1, maxLength: 200 }).map((array) => Buffer.from(array))

/** Bytes that a bad client may send to the proxy. */
export const badRequest: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 5, arbitrary: spoilt },
  { weight: 4, arbitrary: wrongBody },
  { weight: 1, arbitrary: noise },
)
