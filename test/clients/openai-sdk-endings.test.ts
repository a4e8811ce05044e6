import type OpenAI from 'openai'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { brokenText, commands, errorText } from './obedient-model.ts'
import { paths, useRig } from './paths.ts'
import { answerRecorder, checkAnswers } from './recorded-answers.ts'
import { connectSdk, majors, type Sdk } from './sdk-majors.ts'

interface Asked {
  prompt: string
  signal?: AbortSignal
}
type Streamed = AsyncIterable<OpenAI.ChatCompletionChunk | OpenAI.Completion | OpenAI.Responses.ResponseStreamEvent>

/** The SDK's three answering calls: whole, as a stream, and what a piece of the stream adds to the text. */
const model = 'gpt-4o'
const calls = [
  {
    name: 'chat',
    whole: ({ client }: Sdk, { prompt, signal }: Asked): Promise<unknown> =>
      client.chat.completions.create({ model, messages: [{ role: 'user', content: prompt }] }, { signal }),
    stream: ({ client }: Sdk, { prompt, signal }: Asked): Promise<Streamed> =>
      client.chat.completions.create(
        { model, messages: [{ role: 'user', content: prompt }], stream: true },
        { signal },
      ),
  },
  {
    name: 'completion',
    whole: ({ client }: Sdk, { prompt, signal }: Asked): Promise<unknown> =>
      client.completions.create({ model, prompt }, { signal }),
    stream: ({ client }: Sdk, { prompt, signal }: Asked): Promise<Streamed> =>
      client.completions.create({ model, prompt, stream: true }, { signal }),
  },
  {
    name: 'response',
    whole: ({ client }: Sdk, { prompt, signal }: Asked): Promise<unknown> =>
      client.responses.create({ model, input: prompt }, { signal }),
    stream: ({ client }: Sdk, { prompt, signal }: Asked): Promise<Streamed> =>
      client.responses.create({ model, input: prompt, stream: true }, { signal }),
  },
]

/** Upstream's status, the SDK's class, what the client sees. */
const refusals = [
  [400, 'BadRequestError', 400],
  [401, 'AuthenticationError', 401],
  [403, 'PermissionDeniedError', 403],
  [404, 'NotFoundError', 404],
  [429, 'RateLimitError', 429],
  [500, 'InternalServerError', 502],
] as const

describe.each(paths)('endings over the $kind upstream in $mode stream', (path) => {
  const rig = useRig(path)

  describe.each(majors)('with %s', (major) => {
    const recorder = answerRecorder()
    let sdk: Sdk
    beforeAll(async () => {
      sdk = await connectSdk(major, rig().baseURL, recorder)
    })
    afterEach(async () => checkAnswers(await recorder.take()))

    describe.each(calls)('of a $name', ({ whole, stream }) => {
      test.each(refusals)('an upstream that answers %i raises %s', async (status, className, seen) => {
        const prompt = commands.status(status)
        for (const ask of [whole, stream]) {
          const error = await ask(sdk, { prompt }).catch((thrown: unknown) => thrown)
          if (!(error instanceof sdk.errors.APIError)) return expect.fail(`no error of the SDK: ${error}`)
          expect(error).toBeInstanceOf(sdk.errors[className])
          expect(error.status).toBe(seen)
          expect(error.message).toContain(errorText)
          if (status === 429) expect(new Headers(error.headers).get('retry-after')).toBe('7')
        }
      })

      test('an upstream that breaks off raises, and never passes for an end', async () => {
        const prompt = commands.breakOff
        await expect(whole(sdk, { prompt })).rejects.toBeInstanceOf(sdk.errors.InternalServerError)
        const streamed = stream(sdk, { prompt })
        if (path.mode === 'pseudo') {
          return expect(streamed).rejects.toBeInstanceOf(sdk.errors.InternalServerError)
        }
        const { text, failure } = await readAll(await streamed)
        expect(text).toBe(brokenText)
        expect(failure).toMatch(/closed the connection before its answer was complete/)
      })

      test('a client that aborts ends the upstream’s answer', async () => {
        const abort = new AbortController()
        const prompt = commands.wait
        if (path.mode === 'real') {
          const pieces = await stream(sdk, { prompt, signal: abort.signal })
          const read = readAll(pieces, () => abort.abort())
          await upstreamGaveUp()
          expect((await read).text.length).toBeGreaterThan(0)
        } else {
          const streamed = stream(sdk, { prompt, signal: abort.signal })
          const rejection = expect(streamed).rejects.toBeInstanceOf(sdk.errors.APIUserAbortError)
          await upstreamAsked(prompt)
          abort.abort()
          await rejection
          await upstreamGaveUp()
        }
      })

      test('a client that aborts a whole answer ends the upstream’s', async () => {
        const abort = new AbortController()
        const rejection = expect(whole(sdk, { prompt: commands.wait, signal: abort.signal })).rejects.toBeInstanceOf(
          sdk.errors.APIUserAbortError,
        )
        await upstreamAsked(commands.wait)
        abort.abort()
        await rejection
        await upstreamGaveUp()
      })
    })

    test('a stream that is no longer read ends the upstream’s answer', async () => {
      if (path.mode === 'pseudo') return
      const messages = [{ role: 'user' as const, content: commands.wait }]
      for await (const chunk of await sdk.client.chat.completions.create({ model, messages, stream: true })) {
        if (chunk.choices[0]?.delta.content) break
      }
      await upstreamGaveUp()
    })

    test('the helpers raise for an answer that breaks off', async () => {
      const messages = [{ role: 'user' as const, content: commands.breakOff }]
      const { APIError } = sdk.errors
      await expect(sdk.helpers.stream({ model, messages }).finalContent()).rejects.toBeInstanceOf(APIError)
      const response = sdk.client.responses.stream({ model, input: commands.breakOff }).finalResponse()
      await expect(response.then(({ status }) => status).catch(() => 'raised')).resolves.toMatch(/^(failed|raised)$/)
    })

    async function upstreamAsked(prompt: string): Promise<void> {
      await expect.poll(() => rig().gateway.requests.at(-1)?.text, { interval: 5 }).toContain(prompt)
      await expect.poll(() => rig().gateway.requests.at(-1)?.aborted, { interval: 5 }).toBe(false)
    }

    async function upstreamGaveUp(): Promise<void> {
      await expect.poll(() => rig().gateway.requests.at(-1)?.aborted, { interval: 5 }).toBe(true)
    }
  })
})

/** The text of a stream, and how it failed: by a raised error, or (Responses) by an event that says so. */
async function readAll(pieces: Streamed, onText = () => {}): Promise<{ text: string; failure?: string }> {
  let text = ''
  try {
    for await (const piece of pieces) {
      if ('type' in piece) {
        if (piece.type === 'response.failed') return { text, failure: piece.response.error?.message }
        if (piece.type === 'response.output_text.delta') text += piece.delta
      } else {
        const [choice] = piece.choices
        text += (choice && ('delta' in choice ? choice.delta.content : choice.text)) ?? ''
      }
      if (text !== '') onText()
    }
  } catch (error) {
    return { text, failure: error instanceof Error ? error.message : String(error) }
  }
  return { text }
}
