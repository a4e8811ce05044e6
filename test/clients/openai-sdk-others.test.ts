import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { hasSchemas } from '../../packages/core/src/endpoints/openai-schema.test.fixture.ts'
import { paths, useRig } from './paths.ts'
import { answerRecorder, checkAnswers } from './recorded-answers.ts'
import { connectSdk, majors, type Sdk } from './sdk-majors.ts'

test.skipIf(!hasSchemas)('every answer to a client here is held to OpenAI’s schemas (../shared/fixtures)', () => {
  const answer = {
    path: '/v1/models',
    status: 200,
    mode: null,
    streamed: false,
    text: '{"object":"list"}',
    broken: false,
  }
  expect(() => checkAnswers([answer])).toThrow(/to deeply equal/)
})

describe.each(paths)('the other endpoints over the $kind upstream in $mode stream', (path) => {
  const rig = useRig(path)

  describe.each(majors)('with %s', (major) => {
    const recorder = answerRecorder()
    let sdk: Sdk
    beforeAll(async () => {
      sdk = await connectSdk(major, rig().baseURL, recorder)
    })
    afterEach(async () => checkAnswers(await recorder.take()))

    test.each([
      { prompt: 'Say something.', choices: 1 },
      { prompt: ['Say something.', 'Say something else.'], choices: 2 },
      { prompt: 'Say something twice.', n: 2, choices: 2 },
      { prompt: 'Say something.', echo: true, choices: 1 },
    ])('completions: %o', async ({ choices, ...asked }) => {
      const body = { model: 'gpt-4o', ...asked }
      const whole = await sdk.client.completions.create(body)
      expect(whole.choices.map(({ index }) => index).toSorted()).toEqual([...Array(choices).keys()])
      const texts: string[] = []
      for await (const chunk of await sdk.client.completions.create({ ...body, stream: true })) {
        for (const { index, text } of chunk.choices) texts[index] = (texts[index] ?? '') + text
      }
      const sorted = whole.choices.toSorted((left, right) => left.index - right.index)
      expect(texts).toEqual(sorted.map(({ text }) => text))
      if (asked.echo) expect(texts[0]).toMatch(/^Say something\./)
    })

    // Without a format the SDK asks for base64 and decodes it by itself.
    test.each([undefined, 'float', 'base64'] as const)('embeddings, format %s', async (encoding_format) => {
      const { data, usage } = await sdk.client.embeddings.create({
        model: 'text-embedding-3-small',
        input: ['the same', 'another', 'the same'],
        encoding_format,
      })
      expect(data.map(({ index }) => index)).toEqual([0, 1, 2])
      const vectors = data.map(({ embedding }) => vectorOf(embedding))
      expect(vectors.map(({ length }) => length)).toEqual([1536, 1536, 1536])
      expect(vectors[0]).toEqual(vectors[2])
      expect(vectors[0]).not.toEqual(vectors[1])
      expect(Math.hypot(...(vectors[0] ?? []))).toBeCloseTo(1, 3)
      // ARGO does not say, and the vectors do not tell.
      if (path.kind === 'openai') expect(usage.total_tokens).toBeGreaterThan(0)
    })

    test('models', async () => {
      const ids: string[] = []
      for await (const { id } of sdk.client.models.list()) ids.push(id)
      expect(ids.length).toBeGreaterThan(2)
      const [first = ''] = ids
      expect((await sdk.client.models.retrieve(first)).id).toBe(first)
      await expect(sdk.client.models.retrieve('no-such-model')).rejects.toBeInstanceOf(sdk.errors.NotFoundError)
    })

    test('a request that is wrong says where', async () => {
      const messages = [{ role: 'user' as const, content: 'Hello' }]
      await expect(
        sdk.client.chat.completions.create({ model: 'gpt-4o', messages, temperature: 9 }),
      ).rejects.toMatchObject({ status: 400, param: 'temperature', type: 'invalid_request_error' })
    })
  })
})

/** Numbers as they are, or 32-bit floats in base64. */
function vectorOf(embedding: unknown): number[] {
  if (Array.isArray(embedding)) return embedding.map(Number)
  const bytes = Uint8Array.from(Buffer.from(String(embedding), 'base64'))
  return [...new Float32Array(bytes.buffer)]
}
