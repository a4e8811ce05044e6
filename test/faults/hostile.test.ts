import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestProxy, type TestProxy } from '../support/test-proxy.ts'
import { chat, post, rawClient, rawExchange } from './support/raw-client.ts'
import { type RawUpstream, startRawUpstream } from './support/raw-upstream.ts'
import { useSides } from './support/side.ts'
import { chunked, said, statusAnswer, wireAnswer } from './support/wire-answer.ts'

const chatPath = '/v1/chat/completions'
const start = useSides()
let upstream: RawUpstream
let proxy: TestProxy
beforeAll(async () => {
  upstream = await startRawUpstream((request, socket) =>
    socket.write(
      request.line.includes('/models')
        ? statusAnswer('200 OK', ['content-type: application/json'], '{"data":[]}')
        : chunked(wireAnswer('openai', request)),
    ),
  )
  proxy = await startTestProxy({
    upstream: { kind: 'openai', base_url: `${upstream.url}/v1` },
    timeouts: { request_headers: 300, request: 600 },
  })
})
afterAll(async () => {
  await proxy.close()
  await upstream.close()
})

const send = (bytes: string | Buffer, milliseconds = 1_500) => rawExchange(proxy.port, bytes, milliseconds)
const last = 'connection: close'
const body = JSON.stringify(chat('x'))
const length = Buffer.byteLength(body)
const withHeaders = (...headers: string[]): string =>
  [`POST ${chatPath} HTTP/1.1`, 'host: x', ...headers, last, '', body].join('\r\n')

describe('shapes that smuggle requests are refused, and nothing goes upstream', () => {
  test.each([
    ['two content-lengths', withHeaders(`content-length: ${length}`, `content-length: ${length + 1}`)],
    ['a list of content-lengths', withHeaders(`content-length: ${length}, ${length + 1}`)],
    ['content-length beside chunked', withHeaders(`content-length: ${length}`, 'transfer-encoding: chunked')],
    ['chunked twice', withHeaders('transfer-encoding: chunked', 'transfer-encoding: chunked, identity')],
    ['an unknown transfer-encoding', withHeaders('transfer-encoding: xchunked')],
    ['a hidden transfer-encoding', withHeaders('transfer-encoding : chunked')],
    ['a negative content-length', withHeaders('content-length: -5')],
    ['a content-length with a sign', withHeaders('content-length: +5')],
    ['a content-length that is no number', withHeaders('content-length: 0x10')],
    ['a folded header', withHeaders('x-a: b\r\n folded: yes', `content-length: ${length}`)],
    ['a bare line feed in a header', withHeaders('x-a: b\nx-c: d', `content-length: ${length}`)],
    ['a NUL in a header', withHeaders('x-a: b\0c', `content-length: ${length}`)],
    ['a space in a header’s name', withHeaders('x a: b', `content-length: ${length}`)],
    ['a request line without a version', `POST ${chatPath}\r\n\r\n`],
    ['HTTP/2 without asking', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['TLS on the plain port', Buffer.from('16030100a5010000a10303', 'hex')],
    ['bytes of no protocol', Buffer.from([0, 1, 2, 3, 255, 254, 10, 13, 10, 13])],
    ['a chunk size that is no number', withHeaders('transfer-encoding: chunked').replace(body, `zz\r\n${body}\r\n`)],
    [
      'a chunk size that is too large',
      withHeaders('transfer-encoding: chunked').replace(body, `ffffffffffffffffff\r\n${body}`),
    ],
  ])('%s', async (_name, bytes) => {
    const before = upstream.requests.length
    const { statuses, ending, text } = await send(bytes)
    expect([statuses, ending]).toEqual([[400], 'closed'])
    expect(JSON.parse(text.slice(text.indexOf('{')))).toMatchObject({ error: { type: 'invalid_request_error' } })
    expect(upstream.requests.length).toBe(before)
  })

  test('a second request hidden in a body is a body', async () => {
    const hidden = `${body}\r\nGET /health HTTP/1.1\r\nhost: x\r\n\r\n`
    const { statuses } = await send(
      `POST ${chatPath} HTTP/1.1\r\nhost: x\r\ncontent-length: ${hidden.length}\r\n${last}\r\n\r\n${hidden}`,
    )
    expect(statuses).toEqual([400])
  })
})

describe('slow clients', () => {
  test('headers that do not end', async () => {
    const client = await rawClient(proxy.port)
    client.send('GET /health HTTP/1.1\r\n')
    const drip = setInterval(() => client.send('x-a: b\r\n'), 50)
    const { statuses, text } = await client.reply(3_000)
    clearInterval(drip)
    expect(statuses).toEqual([408])
    expect(text).toContain('request_timeout')
  })

  test('a body that does not end', async () => {
    const client = await rawClient(proxy.port)
    client.send(`POST ${chatPath} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{`)
    const drip = setInterval(() => client.send(' '), 50)
    const { statuses, ending } = await client.reply(4_000)
    clearInterval(drip)
    expect([statuses, ending]).toEqual([[408], 'closed'])
  })

  test('a connection that says nothing', async () => {
    const client = await rawClient(proxy.port)
    const { ending } = await client.reply(3_000)
    expect(ending).toBe('closed')
  })
})

describe('requests that are right in an unusual way are answered', () => {
  test('HTTP/1.0, streamed and not: the connection’s end is the answer’s', async () => {
    const request = (stream: boolean) => post(chatPath, chat('x', { stream })).replace('HTTP/1.1', 'HTTP/1.0')
    const whole = await send(request(false))
    expect([whole.statuses, whole.ending]).toEqual([[200], 'closed'])
    const streamed = await send(request(true))
    expect(streamed.ending).toBe('closed')
    expect(streamed.text).not.toContain('transfer-encoding')
    expect(streamed.text.endsWith('data: [DONE]\n\n')).toBe(true)
  })

  test('pipelined: in order, each its own answer', async () => {
    const { statuses, text } = await send(
      post(chatPath, chat('1', { stream: true })) +
        'GET /health HTTP/1.1\r\nhost: x\r\n\r\n' +
        post(chatPath, '{') +
        post(chatPath, chat('2'), [last]),
    )
    expect(statuses).toEqual([200, 200, 400, 200])
    expect(text.indexOf('[DONE]')).toBeLessThan(text.indexOf('"status":"ok"'))
  })

  test('garbage behind a stream’s request does not fall into the stream', async () => {
    const side = await start('openai', {}, async (socket, answer) => {
      const bytes = chunked(answer)
      socket.write(bytes.subarray(0, 400))
      await pause(100)
      socket.write(bytes.subarray(400))
    })
    const client = await rawClient(side.proxy.port)
    client.send(post(chatPath, chat('x', { stream: true })))
    await client.seen('Gr')
    client.send('NOT HTTP AT ALL\r\n\r\n')
    const { text } = await client.reply()
    expect(text).toContain('[DONE]')
    expect(text.slice(8, text.indexOf('[DONE]'))).not.toContain('HTTP/1.1')
  })

  test('Expect: 100-continue', async () => {
    const client = await rawClient(proxy.port)
    client.send(
      `POST ${chatPath} HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: ${length}\r\n${last}\r\n\r\n`,
    )
    await client.seen('100 Continue')
    client.send(body)
    expect((await client.reply()).statuses).toContain(200)
    expect((await send(withHeaders('expect: a miracle', `content-length: ${length}`))).statuses).toEqual([417])
  })

  test.each([
    ['HEAD /health', [200]],
    ['HEAD /v1/models/none', [404]],
    [`HEAD ${chatPath}`, [405]],
    [`OPTIONS ${chatPath}`, [405]],
    ['OPTIONS *', [404]],
    ['TRACE /', [405]],
    ['PUT /v1/chat/completions', [405]],
    ['CONNECT example.org:443', [405]],
    // As to a proxy that clients are configured with: the target is a path of ours all the same (RFC 9112, 3.2.2).
    ['GET http://example.org/health', [200]],
    ['GET http://example.org/elsewhere', [404]],
    ['GET //health', [404]],
    ['GET /../../etc/passwd', [404]],
    ['GET /v1/models/%00%ff', [404]],
    ['GET /%', [404]],
    [`GET /${'x'.repeat(9_000)}`, [404]],
  ])('%s', async (line, statuses) => {
    const reply = await send(`${line} HTTP/1.1\r\nhost: x\r\n${last}\r\n\r\n`)
    expect([reply.statuses, reply.ending]).toEqual([statuses, 'closed'])
    if (line.startsWith('HEAD')) expect(reply.text.endsWith('\r\n\r\n')).toBe(true)
    else expect(reply.text).toContain(statuses[0] === 200 ? '"ok"' : '"error"')
  })

  test('a request without a host', async () => {
    expect((await send('GET /health HTTP/1.1\r\n\r\n')).statuses).toEqual([400])
  })

  test('an upgrade that is merely offered', async () => {
    const { text, statuses } = await send(
      withHeaders('connection: upgrade', 'upgrade: websocket', `content-length: ${length}`),
    )
    expect(statuses).toEqual([200])
    expect(text).toContain(said)
  })
})

describe('bodies', () => {
  const nested = (open: string, close: string, depth: number): string => `${open.repeat(depth)}1${close.repeat(depth)}`
  const cases: [string, string | Buffer, number, string?][] = [
    ['nothing', '', 400, 'invalid_json'],
    ['white space', ' \n', 400, 'invalid_json'],
    ['a cut object', '{"model":"m","mess', 400, 'invalid_json'],
    ['null', 'null', 400],
    ['a number', '1e999', 400],
    ['a list', '[]', 400],
    [
      'invalid UTF-8',
      Buffer.concat([Buffer.from('{"model":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
      400,
      'invalid_json',
    ],
    ['a lone half of a pair', '{"model":"gpt-4o","messages":[{"role":"user","content":"\\ud83d"}]}', 200],
    ['a byte order mark', `\ufeff${body}`, 200],
    ['NUL in a text', JSON.stringify(chat('a\0b')), 200],
    ['arrays, 10,000 deep', nested('[', ']', 10_000), 400],
    ['objects, 10,000 deep', nested('{"a":', '}', 10_000), 400, 'invalid_value'],
    [
      'a tool’s schema, 10,000 deep',
      body.replace(
        /\}$/,
        `,"tools":[{"type":"function","function":{"name":"f","parameters":${nested('{"items":', '}', 10_000)}}}]}`,
      ),
      400,
      'invalid_value',
    ],
    ['an open brace, 100,000 times', '['.repeat(100_000), 400, 'invalid_json'],
    ['__proto__', body.replace('{', '{"__proto__":{"polluted":true},'), 400, 'invalid_value'],
    ['__proto__ within', body.replace('"role"', '"__proto__":{"polluted":true},"role"'), 400, 'invalid_value'],
    ['constructor and prototype', body.replace('{', '{"constructor":{"prototype":{"polluted":true}},'), 200],
    ['a number that is too large', body.replace('{', '{"max_tokens":1e308,'), 400],
    ['a negative number', body.replace('{', '{"max_tokens":-1,'), 400],
    ['a model of line breaks', JSON.stringify({ ...chat('x'), model: 'a\r\nx-injected: 1\r\n\r\n{}' }), 200],
    ['a model of a megabyte', JSON.stringify({ ...chat('x'), model: 'm'.repeat(1024 * 1024) }), 200],
    ['duplicate keys', body.replace('{', '{"model":"other",'), 200],
  ]

  test.each(cases)('%s', async (_name, text, status, code) => {
    const bytes = Buffer.from(text)
    const head = `POST ${chatPath} HTTP/1.1\r\nhost: x\r\ncontent-length: ${bytes.length}\r\n${last}\r\n\r\n`
    const reply = await send(Buffer.concat([Buffer.from(head), bytes]), 5_000)
    expect(reply.statuses).toEqual([status])
    if (status !== 200) expect(reply.text).toMatch(/\{"error":\{"message":".+","type":"invalid_request_error"/)
    if (code) expect(reply.text).toContain(`"code":"${code}"`)
    expect(reply.text).not.toMatch(/x-injected|\bat .*\.[jt]s:\d/)
    expect('polluted' in {}).toBe(false)
  })

  test.each([
    ['/v1/completions', 'openai'],
    ['/v1/responses', 'openai'],
    ['/v1/embeddings', 'openai'],
    ['/v1/chat', 'argo'],
    ['/v1/embed', 'argo'],
  ] as const)('deep, polluting, or of other bytes than UTF-8: %s', async (path, kind) => {
    const { port } = (await start(kind)).proxy
    const bodies = [
      nested('[', ']', 10_000),
      `{"model":"m","input":"x","prompt":"x","metadata":${nested('{"a":', '}', 10_000)}}`,
      '{"model":"m","input":"x","prompt":"x","__proto__":{"polluted":true}}',
      Buffer.from([0x22, 0xff, 0xfe, 0x22]),
      '\0',
      '',
    ]
    for (const text of bodies) {
      const bytes = Buffer.from(text)
      const head = `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: ${bytes.length}\r\n${last}\r\n\r\n`
      const reply = await rawExchange(port, Buffer.concat([Buffer.from(head), bytes]), 5_000)
      expect(reply.statuses).toEqual([400])
      expect(reply.text).toMatch(/\{"error":\{"message":".+","type":"invalid_request_error"/)
    }
    expect('polluted' in {}).toBe(false)
  })

  test('compressed', async () => {
    expect((await send(withHeaders('content-encoding: gzip', `content-length: ${length}`))).statuses).toEqual([415])
  })

  test('names that would break headers', async () => {
    const { text, statuses } = await send(
      post('/v1/responses', { model: 'm', input: 'x', tools: [{ type: 'web_search\r\nx-injected: 1\u2028é' }] }, [
        'x-request-id: a%0d%0ab',
        'x-argo-stream-mode: real\u0001',
        last,
      ]),
    )
    expect(statuses.length).toBe(1)
    expect(text).not.toMatch(/^x-injected/m)
    const other = await send(
      post('/v1/responses', { model: 'm', input: 'x', tools: [{ type: 'web_search\r\nx-injected: 1é' }] }, [last]),
    )
    expect(other.statuses).toEqual([200])
    expect(other.text).not.toMatch(/^x-injected/m)
  })
})

test('all of it has left the proxy as it was', async () => {
  expect((await send(post(chatPath, chat('x'), [last]))).text).toContain(said)
  const health = await (await fetch(`${proxy.url}/health`)).json()
  expect(health).toMatchObject({ status: 'ok', exchanges: 0, circuit: 'closed' })
})
