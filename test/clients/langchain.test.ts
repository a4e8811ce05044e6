import { AIMessage, HumanMessage, SystemMessage } from '@langchain/core/messages'
import { OpenAIEmbeddings } from '@langchain/openai'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { langChainModels } from './langchain-models.ts'
import { commands, errorText, saidJson } from './obedient-model.ts'
import { paths, useRig } from './paths.ts'
import { answerRecorder, checkAnswers } from './recorded-answers.ts'

type Model = ReturnType<(typeof langChainModels)[number]['create']>

const schema = z.object({ city: z.string(), degrees: z.number() })

describe.each(paths)('LangChain over the $kind upstream in $mode stream', (path) => {
  const rig = useRig(path)

  describe.each(langChainModels)('with $name', ({ create }) => {
    const recorder = answerRecorder()
    let model: Model
    beforeAll(() => {
      model = create({ baseURL: rig().baseURL, model: 'gpt-4o', recorder })
    })
    afterEach(async () => checkAnswers(await recorder.take()))

    test('invoke and stream give the same', async () => {
      const messages = [
        new SystemMessage('Be brief.'),
        new HumanMessage('An earlier question.'),
        new AIMessage('An earlier answer.'),
        new HumanMessage({ content: [{ type: 'text', text: 'Say something about streams.' }] }),
      ]
      const whole = await model.invoke(messages)
      expect(whole.text).toContain('Say something about streams.')
      expect(whole.usage_metadata?.total_tokens).toBeGreaterThan(0)
      let text = ''
      let tokens = 0
      let pieces = 0
      for await (const chunk of await model.stream(messages)) {
        text += chunk.text
        pieces += 1
        tokens += chunk.usage_metadata?.output_tokens ?? 0
      }
      expect(text).toBe(whole.text)
      expect(pieces).toBeGreaterThan(3)
      expect(tokens).toBeGreaterThan(0)
      for (const request of rig().gateway.requests.slice(-2)) {
        for (const words of ['Be brief.', 'An earlier question.', 'An earlier answer.']) {
          expect(request.text).toContain(words)
        }
      }
      expect((await recorder.take()).map(({ mode }) => mode)).toEqual([null, path.mode])
    })

    test.each(['jsonSchema', 'jsonMode'] as const)('withStructuredOutput, %s', async (method) => {
      const structured = model.withStructuredOutput(schema, { method, name: 'weather' })
      expect(await structured.invoke(commands.sayJson)).toEqual(saidJson)
    })

    test.each([
      [400, 400],
      [401, 401],
      [404, 404],
      [429, 429],
      [500, 502],
    ])('an upstream that answers %i', async (status, seen) => {
      const prompt = commands.status(status)
      await expect(model.invoke(prompt)).rejects.toMatchObject({
        status: seen,
        message: expect.stringContaining(errorText),
      })
      await expect(readAll(prompt)).rejects.toMatchObject({ status: seen })
    })

    test('an upstream that breaks off never passes for an end', async () => {
      await expect(model.invoke(commands.breakOff)).rejects.toMatchObject({ status: 502 })
      await expect(readAll(commands.breakOff)).rejects.toThrow(/closed the connection|broke off|not complete|502/)
    })

    test('a client that aborts ends the upstream’s answer', async () => {
      const abort = new AbortController()
      const { requests } = rig().gateway
      const before = requests.length
      const reading = readAll(commands.wait, abort.signal).catch((error: unknown) => `aborted: ${error}`)
      await expect.poll(() => requests.length, { interval: 5 }).toBe(before + 1)
      if (path.mode === 'real') await expect.poll(() => requests.at(-1)?.chunksSent, { interval: 5 }).toBe(3)
      abort.abort()
      expect(await reading).toMatch(/abort/i)
      await expect.poll(() => requests.at(-1)?.aborted, { interval: 5 }).toBe(true)
    })

    async function readAll(prompt: string, signal?: AbortSignal): Promise<string> {
      let text = ''
      for await (const chunk of await model.stream(prompt, { signal })) text += chunk.text
      return text
    }
  })

  test('embeddings', async () => {
    const embeddings = new OpenAIEmbeddings({
      model: 'text-embedding-3-small',
      apiKey: 'none',
      maxRetries: 0,
      configuration: { baseURL: rig().baseURL },
    })
    const [first, second] = await embeddings.embedDocuments(['the same', 'the same'])
    expect(first).toHaveLength(1536)
    expect(second).toEqual(first)
    expect(await embeddings.embedQuery('the same')).toEqual(first)
  })
})
