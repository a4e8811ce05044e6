import { describe, expect, test } from 'vitest'
import { paths, promptPlugins, useRigOf } from '../clients/paths.ts'
import { startRig } from '../support/upstreams.ts'
import { eventsOf, expectSchema, objectOf, objectsOf } from './answer-checks.ts'
import { faultsOf, item } from './open-responses-schema.ts'

const weather = { type: 'function', name: 'get_weather', parameters: { type: 'object', properties: {} } }
const pixel = 'data:image/png;base64,iVBORw0KGgo='

describe.each(paths)('the other answers over the $kind upstream in $mode stream', ({ kind, mode }) => {
  const rig = useRigOf(() => startRig(kind, { real_stream: mode === 'real', plugins: promptPlugins }))

  async function ask(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const answer = await fetch(`${rig().baseURL}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const text = await answer.text()
    expect(answer.status, text).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/json')
    return JSON.parse(text)
  }

  test.each([
    { name: 'one text', input: 'one', count: 1 },
    { name: 'a batch', input: ['one', 'two', 'one'], count: 3 },
    { name: 'whole numbers as numbers', input: ['one', 'two'], encoding_format: 'float', count: 2 },
    { name: 'base64', input: ['one', 'two'], encoding_format: 'base64', count: 2 },
  ])('embeddings: $name', async ({ name: _name, count, ...asked }) => {
    const answer = await ask('POST', '/embeddings', { model: 'text-embedding-3-small', ...asked })
    const data = objectsOf(answer.data).map((one) => ({ ...one, embedding: vectorOf(one.embedding) }))
    expectSchema('CreateEmbeddingResponse', { ...answer, data })
    const base64 = objectsOf(answer.data).every(({ embedding }) => typeof embedding === 'string')
    expect(base64).toBe(asked.encoding_format === 'base64')
    expect(objectsOf(answer.data).map(({ index }) => index)).toEqual([...Array(count).keys()])
    expect(data.map(({ embedding }) => embedding.length)).toEqual(Array(count).fill(1536))
  })

  test.each([
    { name: 'fewer dimensions', asked: { input: 'one', dimensions: 8 }, lengths: [8], param: 'dimensions' },
    { name: 'tokens', asked: { input: [[1, 2], [3]] }, lengths: [1536, 1536], param: 'input[0]' },
  ])('embeddings: $name, honoured or refused', async ({ asked, lengths, param }) => {
    const body = { model: 'text-embedding-3-small', ...asked }
    if (kind === 'argo') {
      const refusal = await fetch(`${rig().baseURL}/embeddings`, { method: 'POST', body: JSON.stringify(body) })
      expect(refusal.status).toBe(400)
      return expect(await refusal.json()).toMatchObject({ error: { param } })
    }
    const answer = await ask('POST', '/embeddings', body)
    expectSchema('CreateEmbeddingResponse', answer)
    expect(objectsOf(answer.data).map(({ embedding }) => vectorOf(embedding).length)).toEqual(lengths)
  })

  test('embeddings: a field that this wire does not take is named', async () => {
    const body = JSON.stringify({ model: 'text-embedding-3-small', input: 'one', input_type: 'query' })
    const answer = await fetch(`${rig().baseURL}/embeddings`, { method: 'POST', body })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-argo-dropped-parameters')).toBe(kind === 'argo' ? 'input_type' : null)
  })

  test('models, and each by its id', async () => {
    const list = await ask('GET', '/models')
    expectSchema('ListModelsResponse', list)
    const models = objectsOf(list.data)
    expect(models.length).toBeGreaterThan(2)
    for (const model of models) {
      const one = await ask('GET', `/models/${encodeURIComponent(String(model.id))}`)
      expectSchema('Model', one)
      expect(one).toEqual(model)
    }
  })

  test.each([true, false])('a stored response is the one that was answered (stream: %s)', async (stream) => {
    const asked = { model: 'gpt-4o', input: 'Say something.', metadata: { a: 'b' } }
    const answered = stream ? await lastOf({ ...asked, stream }) : await ask('POST', '/responses', asked)
    const path = `/responses/${String(answered.id)}`
    const stored = await ask('GET', path)
    expectSchema('Response', stored)
    expect(stored).toEqual(answered)
    const deleted = await ask('DELETE', path)
    expect(deleted).toEqual({ id: answered.id, object: 'response', deleted: true })
    const gone = await fetch(rig().baseURL + path)
    expect(gone.status).toBe(404)
    expectSchema('ErrorResponse', await gone.json())
  })

  async function lastOf(body: object): Promise<Record<string, unknown>> {
    const answer = await fetch(`${rig().baseURL}/responses`, { method: 'POST', body: JSON.stringify(body) })
    return objectOf(eventsOf(await answer.text()).at(-1)?.response)
  }

  test('input items, in full and in pages', async () => {
    const first = await ask('POST', '/responses', { model: 'gpt-4o', input: 'How is the weather?', tools: [weather] })
    const [call] = objectsOf(first.output).filter(({ type }) => type === 'function_call')
    const second = await ask('POST', '/responses', {
      model: 'gpt-4o',
      previous_response_id: first.id,
      input: [
        { type: 'function_call_output', call_id: call?.call_id, output: 'Sunny.' },
        { role: 'assistant', content: 'It is sunny.' },
        { role: 'assistant', content: [{ type: 'output_text', text: 'Very.' }], type: 'message' },
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'And this?' },
            { type: 'input_image', image_url: pixel },
          ],
        },
      ],
    })
    const path = `/responses/${String(second.id)}/input_items`
    const all = await ask('GET', `${path}?order=asc`)
    const items = objectsOf(all.data)
    expect(items.map(({ type, role }) => role ?? type)).toEqual([
      'user',
      ...objectsOf(first.output).map(({ type, role }) => role ?? type),
      'function_call_output',
      'assistant',
      'assistant',
      'user',
    ])
    for (const one of items) {
      expectSchema(schemaOf(one), one)
      expect({ one, faults: faultsOf(item, one) }).toEqual({ one, faults: [] })
    }
    expect(all).toMatchObject({ object: 'list', has_more: false, first_id: items[0]?.id, last_id: items.at(-1)?.id })

    const latest = await ask('GET', `${path}?limit=2`)
    expect(latest).toMatchObject({ has_more: true, data: items.slice(-2).toReversed() })
    const next = await ask('GET', `${path}?limit=2&after=${String(latest.last_id)}`)
    expect(next.data).toEqual(items.slice(-4, -2).toReversed())
  })
})

/** OpenAI has no schema for the list: each item is held to the one of its kind. */
function schemaOf({ type, role }: Record<string, unknown>): string {
  if (type === 'message') return role === 'assistant' ? 'OutputMessage' : 'InputMessage'
  return type === 'function_call' ? 'FunctionToolCall' : 'FunctionToolCallOutputResource'
}

function vectorOf(embedding: unknown): number[] {
  if (Array.isArray(embedding)) return embedding.map(Number)
  const bytes = Uint8Array.from(Buffer.from(String(embedding), 'base64'))
  return [...new Float32Array(bytes.buffer)]
}
