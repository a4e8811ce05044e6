import { describe, expect, test } from 'vitest'
import { hasSchemas, schemaFaults } from '../../packages/core/src/endpoints/openai-schema.test.fixture.ts'
import { paths, promptPlugins, useRigOf } from '../clients/paths.ts'
import { startRig, type TestRig } from '../support/upstreams.ts'
import { type AnsweringEndpoint, objectOf, readStream, readWhole } from './answer-checks.ts'
import { everyAsked } from './asked.ts'

test.skipIf(!hasSchemas)('every answer here is held to OpenAI’s schemas (../shared/fixtures)', () => {
  expect(schemaFaults('CreateChatCompletionResponse', {})).not.toEqual([])
})

describe.each(paths)('every answer over the $kind upstream in $mode stream', ({ kind, mode }) => {
  const rig = useRigOf(() => startRig(kind, { real_stream: mode === 'real', plugins: promptPlugins }))
  const everyAnswered = everyAsked.filter(({ only }) => only === undefined || only === kind)

  test.each(everyAnswered)('$endpoint: $name', async ({ endpoint, body, calls = 0, choices = 1, ...asked }) => {
    const openResponses = !asked.beyondOpenResponses
    const whole = readWhole(endpoint, await wholeOf(rig(), endpoint, body), openResponses)
    const stream = readStream(endpoint, await streamOf(rig(), endpoint, body), openResponses)
    expect(stream).toEqual({ ...whole, usage: stream.usage })
    expect(whole.calls).toHaveLength(calls)
    if (calls === 0) expect(whole.text.length).toBeGreaterThan(3)
    if (endpoint === 'responses') expect(whole.reasons).toEqual(['completed'])
    else expect(whole.reasons).toHaveLength(choices)
    expect(whole.usage).toBeDefined()
    const wantsUsage = endpoint === 'responses' || 'stream_options' in body
    if (wantsUsage) expect(stream.usage).toEqual(whole.usage)
    else expect(stream.usage).toBeUndefined()
  })
})

describe.each(paths.filter(({ kind }) => kind === 'openai'))('every end in $mode stream', ({ mode }) => {
  const start = (reply: object) =>
    startRig('openai', { real_stream: mode === 'real', plugins: promptPlugins }, { reply: () => ({ ...reply }) })

  describe.each([
    { said: { content: 'Cut sho', finish_reason: 'length' }, reason: 'length', status: 'incomplete' },
    { said: { content: 'Not so', finish_reason: 'content_filter' }, reason: 'content_filter', status: 'incomplete' },
    { said: { content: '' }, reason: 'stop', status: 'completed' },
    { said: { refusal: 'I would rather not.' }, reason: 'stop', status: 'completed' },
    { said: { reasoning_content: 'Let me think.', content: 'Yes.' }, reason: 'stop', status: 'completed' },
    { said: { reasoning_content: 'Let me thi', finish_reason: 'length' }, reason: 'length', status: 'incomplete' },
  ])('of $said', ({ said, reason, status }) => {
    const rig = useRigOf(() => start(said))

    test.each<[AnsweringEndpoint, object]>([
      ['chat/completions', { messages: [{ role: 'user', content: 'Go on.' }] }],
      ['completions', { prompt: 'Go on.' }],
      ['responses', { input: 'Go on.' }],
      ['responses', { input: 'Go on.', reasoning: { summary: 'auto' } }],
    ])('%s', async (endpoint, body) => {
      const whole = readWhole(endpoint, await wholeOf(rig(), endpoint, body))
      const stream = readStream(endpoint, await streamOf(rig(), endpoint, body))
      expect(stream).toEqual({ ...whole, usage: stream.usage })
      expect(whole.text).toBe('content' in said ? said.content : '')
      expect(whole.reasons).toEqual([endpoint === 'responses' ? status : reason])
      if (endpoint === 'completions') return
      expect(whole.refusal).toBe('refusal' in said ? said.refusal : '')
      expect(whole.reasoning).toBe('reasoning_content' in said ? said.reasoning_content : '')
    })
  })
})

async function wholeOf(rig: TestRig, endpoint: AnsweringEndpoint, body: object): Promise<Record<string, unknown>> {
  // OpenAI refuses these options without a stream; a client's settings may be the same for both.
  const { stream_options: _options, ...rest } = objectOf(body)
  const answer = await post(rig, endpoint, rest)
  expect(answer.headers.get('content-type')).toBe('application/json')
  const text = await answer.text()
  expect(answer.status, text).toBe(200)
  expect(answer.headers.get('content-length')).toBe(String(Buffer.byteLength(text)))
  return JSON.parse(text)
}

async function streamOf(rig: TestRig, endpoint: AnsweringEndpoint, body: object): Promise<string> {
  const answer = await post(rig, endpoint, { ...body, stream: true })
  const text = await answer.text()
  expect(answer.status, text).toBe(200)
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  return text
}

function post({ baseURL }: TestRig, endpoint: string, body: object): Promise<Response> {
  return fetch(`${baseURL}/${endpoint}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-4o', ...body }),
  })
}
