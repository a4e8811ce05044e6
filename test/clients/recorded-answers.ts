import { checkChatStream, checkCompletionStream, checkResponsesStream } from 'argo-proxy/testing'
import { expect } from 'vitest'
import { schemaFaults } from '../../packages/core/src/endpoints/openai-schema.test.fixture.ts'

/** An answer as it came from the proxy, beneath a client that reads the same bytes. */
export interface RecordedAnswer {
  path: string
  status: number
  mode: string | null
  streamed: boolean
  text: string
  /** The client aborted, or the body broke off. */
  broken: boolean
}

type Fetch = typeof fetch

/** Listens to what a client's own `fetch` brings. */
export function answerRecorder() {
  let reading: Promise<RecordedAnswer>[] = []

  return {
    /** The same fetch, listened to. */
    listenTo:
      (inner: Fetch): Fetch =>
      async (input, init) => {
        const response = await inner(input, init)
        reading.push(read(response.clone(), new URL(input instanceof Request ? input.url : input).pathname))
        return response
      },
    /** All answers since the last time, when they have ended. */
    async take(): Promise<RecordedAnswer[]> {
      const answers = await Promise.all(reading)
      reading = []
      return answers
    },
  }
}

export type AnswerRecorder = ReturnType<typeof answerRecorder>

async function read(response: Response, path: string): Promise<RecordedAnswer> {
  const pieces: Uint8Array[] = []
  let broken = false
  try {
    for await (const piece of response.body ?? []) pieces.push(piece)
  } catch {
    broken = true
  }
  return {
    path,
    status: response.status,
    mode: response.headers.get('x-argo-stream-mode'),
    streamed: response.headers.get('content-type')?.startsWith('text/event-stream') ?? false,
    text: Buffer.concat(pieces).toString(),
    broken,
  }
}

const formats: Record<string, { check: (text: string) => unknown; whole: string; event: string }> = {
  '/v1/chat/completions': {
    check: checkChatStream,
    whole: 'CreateChatCompletionResponse',
    event: 'CreateChatCompletionStreamResponse',
  },
  '/v1/completions': {
    check: checkCompletionStream,
    whole: 'CreateCompletionResponse',
    event: 'CreateCompletionResponse',
  },
  '/v1/responses': { check: checkResponsesStream, whole: 'Response', event: 'ResponseStreamEvent' },
  '/v1/embeddings': { check: String, whole: 'CreateEmbeddingResponse', event: '' },
  '/v1/models': { check: String, whole: 'ListModelsResponse', event: '' },
}

/** The grammar of what was streamed, and OpenAI's schema of everything. What a client itself broke off is left alone. */
export function checkAnswers(answers: readonly RecordedAnswer[]): void {
  for (const { path, status, streamed, text, broken } of answers) {
    if (broken) continue
    const format = formats[path]
    if (!format) continue
    if (!streamed) expect(schemaFaults(status < 400 ? format.whole : 'ErrorResponse', JSON.parse(text))).toEqual([])
    else {
      format.check(text)
      for (const event of eventsOf(text))
        expect({ event, faults: schemaFaults(format.event, event) }).toEqual({ event, faults: [] })
    }
  }
}

/** The JSON of each event but `[DONE]` and an error frame, which OpenAI's schema of chunks does not know. */
function eventsOf(text: string): unknown[] {
  const data = text.split('\n').filter((line) => line.startsWith('data: {'))
  return data.map((line) => JSON.parse(line.slice('data: '.length))).filter((event) => !('error' in event))
}
