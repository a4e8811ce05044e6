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
        const { pathname } = new URL(input instanceof Request ? input.url : input)
        const { heard, ended } = listen(response, init?.signal)
        reading.push(ended.then((text) => ({ path: pathname, ...detailsOf(response), ...text })))
        return heard
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

function detailsOf({ status, headers }: Response): Pick<RecordedAnswer, 'status' | 'mode' | 'streamed'> {
  const streamed = headers.get('content-type')?.startsWith('text/event-stream') ?? false
  return { status, mode: headers.get('x-argo-stream-mode'), streamed }
}

/** The response for the client, and its text when it has ended. */
function listen(
  response: Response,
  signal: AbortSignal | null | undefined,
): { heard: Response; ended: Promise<{ text: string; broken: boolean }> } {
  const pieces: Uint8Array[] = []
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const ended = promise.then((broken) => ({ text: Buffer.concat(pieces).toString(), broken }))
  signal?.addEventListener('abort', () => resolve(true))

  const { body } = response
  if (body instanceof ReadableStream) {
    // Not a clone: a client that reads no further has to cancel the body itself.
    const tap = new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        pieces.push(piece)
        controller.enqueue(piece)
      },
      flush: () => resolve(false),
    })
    body.pipeTo(tap.writable).catch(() => resolve(true))
    return { heard: new Response(tap.readable, response), ended }
  }
  const clone = response.clone()
  async function readClone(): Promise<void> {
    for await (const piece of clone.body ?? []) pieces.push(piece)
  }
  readClone().then(
    () => resolve(false),
    () => resolve(true),
  )
  return { heard: response, ended }
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
    // The schema knows only the whole answer: its finish_reason is never null.
    event: '',
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
    if (!streamed) {
      const faults = schemaFaults(status < 400 ? format.whole : 'ErrorResponse', JSON.parse(text))
      // The schema knows no base64.
      expect(faults.filter((fault) => !fault.endsWith('/embedding must be array'))).toEqual([])
      continue
    }
    format.check(text)
    for (const event of format.event ? eventsOf(text) : []) {
      expect({ event, faults: schemaFaults(format.event, event) }).toEqual({ event, faults: [] })
    }
  }
}

/** The JSON of each event but `[DONE]` and an error frame, which OpenAI's schema of chunks does not know. */
function eventsOf(text: string): unknown[] {
  const data = text.split('\n').filter((line) => line.startsWith('data: {'))
  return data.map((line) => JSON.parse(line.slice('data: '.length))).filter((event) => !('error' in event))
}
