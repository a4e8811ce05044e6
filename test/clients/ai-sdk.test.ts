import { APICallError, generateObject, generateText, type LanguageModel, streamObject, streamText } from 'ai'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { aiSdkModels } from './ai-sdk-models.ts'
import { brokenText, commands, errorText, saidJson } from './obedient-model.ts'
import { paths, useRig } from './paths.ts'
import { answerRecorder, checkAnswers } from './recorded-answers.ts'

const prompt = 'Say something about streams.'
const schema = z.object({ city: z.string(), degrees: z.number() })

describe.each(paths)('the AI SDK over the $kind upstream in $mode stream', (path) => {
  const rig = useRig(path)

  describe.each(aiSdkModels)('with $name', ({ create }) => {
    const recorder = answerRecorder()
    let model: LanguageModel
    beforeAll(() => {
      model = create({ baseURL: rig().baseURL, model: 'gpt-4o', recorder })
    })
    afterEach(async () => checkAnswers(await recorder.take()))

    test('generateText and streamText give the same', async () => {
      const system = 'Be brief.'
      const whole = await generateText({ model, system, prompt, maxRetries: 0 })
      expect(whole.text).toContain(prompt)
      expect(whole.finishReason).toBe('stop')
      expect(whole.usage.outputTokens).toBeGreaterThan(0)
      const streamed = streamText({ model, system, prompt, maxRetries: 0 })
      let pieces = 0
      let text = ''
      for await (const delta of streamed.textStream) {
        pieces += 1
        text += delta
      }
      expect(text).toBe(whole.text)
      expect(pieces).toBeGreaterThan(3)
      expect(await streamed.finishReason).toBe('stop')
      expect((await streamed.usage).totalTokens).toBeGreaterThan(0)
      for (const request of rig().gateway.requests.slice(-2)) expect(request.text).toContain(system)
      expect((await recorder.take()).map(({ mode }) => mode)).toEqual([null, path.mode])
    })

    test('a conversation with earlier answers', async () => {
      const first = await generateText({ model, prompt: 'The first question.', maxRetries: 0 })
      const messages = [
        { role: 'user' as const, content: 'The first question.' },
        ...first.response.messages,
        { role: 'user' as const, content: [{ type: 'text' as const, text: 'The second question.' }] },
      ]
      const second = await generateText({ model, messages, maxRetries: 0 })
      expect(second.text).toContain('The second question.')
      for (const words of ['The first question.', 'You wrote: “The first question.”', 'The second question.']) {
        expect(rig().gateway.requests.at(-1)?.text).toContain(words)
      }
    })

    test('generateObject and streamObject', async () => {
      const whole = await generateObject({ model, schema, prompt: commands.sayJson, maxRetries: 0 })
      expect(whole.object).toEqual(saidJson)
      const streamed = streamObject({ model, schema, prompt: commands.sayJson, maxRetries: 0 })
      for await (const part of streamed.partialObjectStream) expect(saidJson).toMatchObject(part)
      expect(await streamed.object).toEqual(saidJson)
    })

    test.each([
      [400, 400],
      [401, 401],
      [429, 429],
      [500, 502],
    ])('an upstream that answers %i', async (status, seen) => {
      const asked = { model, prompt: commands.status(status), maxRetries: 0 }
      const error = await generateText(asked).catch((thrown: unknown) => thrown)
      expect(APICallError.isInstance(error) && { status: error.statusCode, retry: error.isRetryable }).toEqual({
        status: seen,
        retry: seen >= 429,
      })
      expect(String(error)).toContain(errorText)
      const { errors } = await readStream(asked)
      expect(errors.map((each) => APICallError.isInstance(each) && each.statusCode)).toEqual([seen])
    })

    test('an upstream that breaks off never passes for an end', async () => {
      const asked = { model, prompt: commands.breakOff, maxRetries: 0 }
      await expect(generateText(asked)).rejects.toThrow(APICallError)
      const { text, errors, reason } = await readStream(asked)
      expect(text).toBe(path.mode === 'real' ? brokenText : '')
      expect(errors).toHaveLength(1)
      if (path.mode === 'real') expect(reason).toBe('error')
    })

    test('a client that aborts ends the upstream’s answer', async () => {
      const abort = new AbortController()
      const { requests } = rig().gateway
      const before = requests.length
      const reading = readStream({ model, prompt: commands.wait, maxRetries: 0, abortSignal: abort.signal })
      await expect.poll(() => requests.length, { interval: 5 }).toBe(before + 1)
      if (path.mode === 'real') await expect.poll(() => requests.at(-1)?.chunksSent, { interval: 5 }).toBe(3)
      abort.abort()
      expect((await reading).aborted).toBe(true)
      await expect.poll(() => requests.at(-1)?.aborted, { interval: 5 }).toBe(true)
    })
  })
})

/** All that a stream tells. */
async function readStream(options: {
  model: LanguageModel
  prompt: string
  maxRetries: number
  abortSignal?: AbortSignal
}) {
  const result = streamText({ ...options, onError: () => {} })
  const errors: unknown[] = []
  const told = { text: '', errors, reason: '', aborted: false }
  for await (const part of result.stream) {
    if (part.type === 'text-delta') told.text += part.text
    if (part.type === 'error') errors.push(part.error)
    if (part.type === 'finish-step') told.reason = part.finishReason
    if (part.type === 'abort') told.aborted = true
  }
  return told
}
