import { afterEach, describe, expect, test } from 'vitest'
import { isRecord } from '../record.ts'
import { type ArgoGateway, type ArgoGatewayOptions, accountNotice, startArgoGateway } from './argo-gateway.ts'

let gateway: ArgoGateway
afterEach(() => gateway.close())

async function start(options?: ArgoGatewayOptions): Promise<void> {
  gateway = await startArgoGateway(options)
}

function post(path: string, body: object, signal?: AbortSignal): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(`${gateway.url}/api/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body), signal })
}

/** The field of a JSON answer; fails where there is none. */
async function fieldOf(response: Response, field: string): Promise<unknown> {
  const body: unknown = await response.json()
  if (!isRecord(body) || !(field in body)) throw new Error(`no ${field} in ${JSON.stringify(body)}`)
  return body[field]
}

const hello = { user: 'ada', model: 'gpt4o', messages: [{ role: 'user', content: 'Hi there' }] }
const weather = {
  type: 'object',
  properties: { city: { type: 'string' }, unit: { enum: ['celsius', 'fahrenheit'] } },
  required: ['city', 'unit'],
}

describe('the ARGO gateway', () => {
  test('answers a complete call with JSON that quotes the prompt, and records it', async () => {
    await start()
    const response = await post('resource/chat/', hello)
    expect(await response.json()).toEqual({ response: expect.stringMatching(/canned[\s\S]*“Hi there”/) })
    expect(gateway.requests).toMatchObject([{ method: 'POST', url: '/api/v1/resource/chat/', body: hello }])
  })

  test('streams the same text as raw text, cut inside characters', async () => {
    await start()
    const response = await fieldOf(await post('resource/chat/', hello), 'response')
    const streamed = await post('resource/streamchat/', hello)
    expect(streamed.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    const chunks: Uint8Array[] = []
    for await (const chunk of streamed.body ?? []) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString()).toBe(response)
    expect(gateway.requests[1]?.chunksSent).toBeGreaterThan(10)
  })

  test('writes a chunk only when the gate opens', async () => {
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    await start({ reply: () => 'one two', chunks: () => ['one', ' two'], gate: (index) => gates[index]?.promise })
    const reader = (await post('resource/streamchat/', hello)).body?.getReader()
    gates[0]?.resolve()
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('one')
    expect(gateway.requests[0]?.chunksSent).toBe(1)
    gates[1]?.resolve()
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe(' two')
    expect((await reader?.read())?.done).toBe(true)
  })

  test('sees that its peer has left', async () => {
    await start({ gate: (index) => (index === 0 ? undefined : new Promise(() => {})) })
    const abort = new AbortController()
    const response = await post('resource/streamchat/', hello, abort.signal)
    await response.body?.getReader().read()
    abort.abort()
    await gateway.requests[0]?.ended
    expect(gateway.requests[0]?.aborted).toBe(true)
  })

  test('does not call its own cut an abort', async () => {
    await start({ answer: () => ({ chunks: ['half'], ending: 'cut' }) })
    const response = await post('resource/streamchat/', hello)
    await expect(response.text()).rejects.toThrow('terminated')
    await gateway.requests[0]?.ended
    expect(gateway.requests[0]?.aborted).toBe(false)
  })

  test('compresses each chunk by itself', async () => {
    const second = Promise.withResolvers<void>()
    await start({
      gzip: true,
      chunks: () => ['one', ' two'],
      gate: (index) => (index === 1 ? second.promise : undefined),
    })
    const response = await post('resource/streamchat/', hello)
    expect(response.headers.get('content-encoding')).toBe('gzip')
    const reader = response.body?.getReader()
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('one')
    second.resolve()
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe(' two')
  })

  test.each([
    ['no account', { ...hello, user: undefined }, 400, /user/],
    ['an unknown account', { ...hello, user: 'unknown' }, 200, /AUTHENTICATION NOTICE FROM ARGO/],
    ['an unknown model', { ...hello, model: 'gpt9' }, 404, /gpt9/],
  ])('answers a request with %s as the real one does', async (_what, body, status, text) => {
    await start()
    const response = await post('resource/streamchat/', body)
    expect(response.status).toBe(status)
    expect(await response.text()).toMatch(text)
  })

  test('gives the notice in a complete call, too', async () => {
    await start({ unknownUsers: ['eve'] })
    expect(await (await post('resource/chat/', { ...hello, user: 'eve' })).json()).toEqual({ response: accountNotice })
  })

  test.each([
    ['gpt4o', { type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris","unit":"celsius"}' } }],
    ['claudeopus4', { type: 'tool_use', name: 'get_weather', input: { city: 'Paris', unit: 'celsius' } }],
    ['gemini25pro', { id: null, name: 'get_weather', args: { city: 'Paris', unit: 'celsius' } }],
  ])('calls a native tool in the form of the vendor of %s', async (model, call) => {
    await start()
    const tools = [{ type: 'function', function: { name: 'get_weather', parameters: weather } }]
    const messages = [{ role: 'user', content: 'What is the weather in Paris?' }]
    const body = await (await post('resource/chat/', { user: 'ada', model, tools, messages })).json()
    expect(body).toMatchObject({ response: { content: '', tool_calls: [call] } })
  })

  test('calls a tool that a prompt describes, once, and then quotes its result', async () => {
    await start()
    const instructions = `Answer with <tool_call>{"name": ..., "arguments": ...}</tool_call>. Tools:
[{"name":"list_files","parameters":{}},{"name":"read_file","parameters":{"properties":{"path":{"type":"string"}}}}]`
    const asked = [
      { role: 'system', content: instructions },
      { role: 'user', content: 'Please read the file notes.txt' },
    ]
    const first = String(await fieldOf(await post('resource/chat/', { ...hello, messages: asked }), 'response'))
    const call = /<tool_call>([\s\S]*)<\/tool_call>/.exec(first)?.[1] ?? ''
    expect(JSON.parse(call)).toEqual({ name: 'read_file', arguments: { path: 'notes.txt' } })
    const answered = [
      ...asked,
      { role: 'assistant', content: first },
      { role: 'user', content: '<tool_response>\nthe launch code\n</tool_response>' },
    ]
    const second = await fieldOf(await post('resource/chat/', { ...hello, messages: answered }), 'response')
    expect(second).toContain('> the launch code')
    expect(second).not.toContain('<tool_call>')
  })

  test('obeys a prompt that forces a tool, or JSON of a schema', async () => {
    await start()
    const say = async (content: string) =>
      fieldOf(await post('resource/chat/', { ...hello, messages: [{ role: 'system', content }] }), 'response')
    const tools = '[{"name":"a","parameters":{}},{"name":"b","parameters":{}}]'
    const forced = `Write <tool_call>. Tools: ${tools}. In this answer you must call the function "b".`
    expect(await say(forced)).toContain('<tool_call>\n{"name":"b","arguments":{}}\n</tool_call>')
    const form =
      'It must be valid against this JSON Schema ("x"): {"type":"object","properties":{"ok":{"type":"boolean"}}}'
    expect(await say(form)).toBe('{"ok":true}')
  })

  test('embeds a list, the same text as the same vector', async () => {
    await start()
    const response = await post('resource/embed/', { user: 'ada', model: 'v3small', prompt: ['a', 'b', 'a'] })
    const vectors = await fieldOf(response, 'embedding')
    const [first, second, third] = Array.isArray(vectors) ? vectors : []
    expect(first).toHaveLength(1536)
    expect(third).toEqual(first)
    expect(second).not.toEqual(first)
    expect(Math.hypot(...first)).toBeCloseTo(1)
  })

  test('lists its models in both forms', async () => {
    await start()
    const newer = await fieldOf(await fetch(`${gateway.url}/api/v1/models/`), 'data')
    expect(newer).toContainEqual({ id: 'GPT-4o', internal_id: 'gpt4o', object: 'model', owned_by: 'openai' })
    await gateway.close()
    await start({ modelList: 'older' })
    expect(await (await fetch(`${gateway.url}/api/v1/models/`)).json()).toContainEqual({
      id: 'gpt4o',
      model_name: 'GPT-4o',
    })
  })

  test('closes with connections open', async () => {
    await start({ gate: () => new Promise(() => {}) })
    const response = await post('resource/streamchat/', hello)
    expect(gateway.connections()).toBe(1)
    await gateway.close()
    await expect(response.text()).rejects.toThrow('terminated')
  })

  test('answers with the fault of a function of the test itself', async () => {
    await start({
      onRequest: () => {
        throw new Error('expected something else')
      },
    })
    const response = await post('resource/chat/', hello)
    expect([response.status, await response.text()]).toEqual([500, expect.stringContaining('expected something else')])
  })
})

test('keeps the latest requests alone, where it is told so', async () => {
  const gateway = await startArgoGateway({ keepRequests: 1 })
  for (const path of ['one', 'two'])
    await (await fetch(`${gateway.url}/${path}`, { method: 'POST', body: '{}' })).text()
  expect(gateway.requests.map(({ url }) => url)).toEqual(['/two'])
  await gateway.close()
})
