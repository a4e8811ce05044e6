import { describe, expect, test } from 'vitest'
import type { UpstreamConfig } from '../config/schema.ts'
import type { ChatRequest, Message } from '../contract/request.ts'
import { bodyOf, calls, request, upstream } from './argo/asked.test.support.ts'

describe('the URLs of ARGO', () => {
  const pathOf = (config: Partial<UpstreamConfig>) =>
    upstream(config).answer(request(), 'complete', { user: 'ada' })[0]?.url.href
  test.each([
    'https://argo.test/argoapi',
    'https://argo.test/argoapi/',
    'https://argo.test/argoapi/api/v1',
    'https://argo.test/argoapi/api/v1/',
    'https://argo.test/argoapi/v1/',
  ])('come from the base %s', (base_url) => {
    expect(pathOf({ base_url })).toBe('https://argo.test/argoapi/api/v1/resource/chat/')
  })

  test('are one for each call, and a single URL of the configuration wins', () => {
    const argo = upstream({ argo_stream_url: 'https://other.test/stream/' })
    const context = { user: 'ada' }
    const embedding = { model: 'v3small', input: ['a'], encodingFormat: 'float', extra: {} } as const
    expect(argo.answer(request(), 'complete', context)[0]?.url.pathname).toBe('/argoapi/api/v1/resource/chat/')
    expect(argo.answer(request(), 'stream', context)[0]?.url.href).toBe('https://other.test/stream/')
    expect(argo.embeddings(embedding, context).url.pathname).toBe('/argoapi/api/v1/resource/embed/')
    expect(argo.models().url.pathname).toBe('/argoapi/api/v1/models/')
  })

  test('go with the key and the headers of the configuration', () => {
    const [call] = upstream({ api_key: 'k', headers: { 'X-Lab': '1' } }).answer(request(), 'stream', { user: 'ada' })
    expect(call?.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: 'Bearer k',
      'x-lab': '1',
    })
  })
})

describe('several choices', () => {
  test('are several calls, numbered in the order of prompts and then of n', () => {
    const messages: Message[] = [
      { role: 'user', content: 'one' },
      { role: 'user', content: 'two' },
    ]
    const made = calls({ n: 2, prompts: ['one', 'two'], messages }, 'stream')
    const contents = made.map((call) => [call.firstChoice, bodyOf(call).messages])
    const said = (content: string) => [{ role: 'user', content }]
    expect(contents).toEqual([
      [0, said('one')],
      [1, said('one')],
      [2, said('two')],
      [3, said('two')],
    ])
  })

  test.each<[Partial<ChatRequest>, string | undefined]>([
    [{ n: 128 }, undefined],
    [{ n: 129 }, 'n'],
    [{ n: 2, prompts: Array.from({ length: 65 }, () => 'x') }, 'n'],
    [{ prompts: Array.from({ length: 129 }, () => 'x') }, 'prompt'],
  ])('are no more calls than one request may have: %j', (asked, param) => {
    const messages = asked.prompts?.map((prompt): Message => ({ role: 'user', content: String(prompt) }))
    const make = () => calls({ ...asked, ...(messages && { messages }) }, 'stream')
    if (param === undefined) expect(make()).toHaveLength(128)
    else expect(make).toThrow(expect.objectContaining({ status: 400, code: 'invalid_value', param }))
  })

  test('each have a decoder of their own', () => {
    const [first, second] = calls({ n: 2 }, 'stream')
    const half = Buffer.from('é').subarray(0, 1)
    const decoders = [first?.decode(), second?.decode()]
    const texts: string[] = []
    for (const decoder of decoders) decoder?.write(half, () => texts.push('too early'))
    decoders[1]?.write(Buffer.from('é').subarray(1), (event) => event.type === 'text-delta' && texts.push(event.delta))
    expect(texts).toEqual(['é'])
  })
})

test('reading the list of models teaches the names', () => {
  const argo = upstream()
  expect(argo.models().read([{ id: 'gpt9', model_name: 'GPT 9 Ultra' }])[0]?.id).toBe('argo:gpt-9-ultra')
  const [call] = argo.answer(request({ model: 'gpt-9-ultra' }), 'complete', { user: 'ada' })
  expect(bodyOf(call).model).toBe('gpt9')
  expect(() => argo.answer(request({ model: 'gpt-9-ultro' }), 'complete', { user: 'ada' })).toThrow(
    expect.objectContaining({ code: 'model_not_found', message: expect.stringContaining('argo:gpt-9-ultra') }),
  )
})
