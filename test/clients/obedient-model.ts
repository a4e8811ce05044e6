import type { Answer, RecordedRequest } from 'argo-proxy/testing'
import type { UpstreamKind } from '../support/upstreams.ts'

/** Words in a prompt at which the upstream does something else than give its canned answer. */
export const commands = {
  /** The connection breaks in the midst of the answer. */
  breakOff: 'BREAK OFF NOW',
  /** The answer stops in its midst, and nothing more comes. A complete answer does not even begin. */
  wait: 'WAIT NOW',
  /** The answer is `saidJson` and nothing else. */
  sayJson: 'SAY JSON',
  status: (status: number) => `ANSWER STATUS ${status}`,
}

export const saidJson = { city: 'Chicago', degrees: 21 }
export const errorText = 'The upstream says no.'
/** What comes before the connection breaks. */
export const brokenText = 'Once upon '

/** Options of a test server: an upstream that obeys. */
export function obedient(kind: UpstreamKind) {
  const wire = kind === 'argo' ? argo : openai
  return {
    answer(request: RecordedRequest): Answer | undefined {
      const [, status] = /ANSWER STATUS (\d+)/.exec(request.text) ?? []
      if (status) return { ...wire.error, status: Number(status) }
      if (request.text.includes(commands.breakOff)) {
        return streams(request) ? wire.brokenStream(request) : { headers: json, chunks: ['{"id": '], ending: 'cut' }
      }
      if (!request.text.includes(commands.sayJson)) return undefined
      return streams(request) ? wire.spokenStream : { headers: json, chunks: [wire.spoken] }
    },
    async gate(index: number, request: RecordedRequest): Promise<void> {
      const last = streams(request) ? 3 : 0
      if (request.text.includes(commands.wait) && index === last) await new Promise(() => {})
    },
  }
}

function streams({ url, text }: RecordedRequest): boolean {
  return url.includes('streamchat') || text.includes('"stream":true')
}

const json = { 'content-type': 'application/json' }
const plain = { 'content-type': 'text/plain' }
const events = { 'content-type': 'text/event-stream' }
const retry = { 'retry-after': '7' }

const argo = {
  error: { headers: { ...json, ...retry }, chunks: [JSON.stringify({ detail: errorText })] },
  brokenStream: (): Answer => ({ headers: plain, chunks: brokenText.split(/(?<= )/), ending: 'cut' }),
  spokenStream: { headers: plain, chunks: [JSON.stringify(saidJson)] },
  spoken: JSON.stringify({ response: JSON.stringify(saidJson) }),
}

const openai = {
  error: {
    headers: { ...json, ...retry },
    chunks: [JSON.stringify({ error: { message: errorText, type: 'some_error', param: null, code: null } })],
  },
  brokenStream: ({ url }: RecordedRequest): Answer => ({
    headers: events,
    chunks: brokenText.split(/(?<= )/).map((text, index) => {
      const role = index === 0 ? { role: 'assistant' } : {}
      return url.includes('chat')
        ? frame('chat.completion.chunk', { delta: { ...role, content: text } })
        : frame('text_completion', { text })
    }),
    ending: 'cut',
  }),
  spokenStream: {
    headers: events,
    chunks: [
      frame('chat.completion.chunk', { delta: { role: 'assistant', content: JSON.stringify(saidJson) } }),
      frame('chat.completion.chunk', { delta: {}, finish_reason: 'stop' }),
      'data: [DONE]\n\n',
    ],
  },
  spoken: JSON.stringify({
    ...answer('chat.completion', {
      message: { role: 'assistant', content: JSON.stringify(saidJson), refusal: null },
      finish_reason: 'stop',
      logprobs: null,
    }),
    usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
  }),
}

function frame(object: string, choice: object): string {
  return `data: ${JSON.stringify(answer(object, { finish_reason: null, ...choice }))}\n\n`
}

function answer(object: string, choice: object): object {
  const head = { id: 'chatcmpl-1', object, created: 1_700_000_000, model: 'gpt-4o' }
  return { ...head, choices: [{ index: 0, ...choice }] }
}
