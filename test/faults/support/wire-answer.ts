import { gzipSync } from 'node:zlib'
import type { UpstreamKind } from '../../support/upstreams.ts'
import type { RawRequest } from './raw-upstream.ts'

/** What the model says: characters of one to four bytes. */
export const said = 'Grüße aus 東京: 🧪 works.'
const model = 'gpt-4o'
const pieces = ['Grü', 'ße aus ', '東京: ', '🧪 ', 'works.']

/** The whole and right answer of an upstream to a request, as it stands on the wire. */
export interface WireAnswer {
  /** Which of the upstream's two calls it was. */
  call: 'stream' | 'complete'
  headers: string[]
  /** The body, in the chunks in which it is sent. */
  chunks: Buffer[]
}

export function wireAnswer(kind: UpstreamKind, { line, body }: RawRequest): WireAnswer {
  if (kind === 'argo') {
    return line.includes('/streamchat')
      ? answer('stream', 'text/plain; charset=utf-8', cutInCharacters(said))
      : answer('complete', 'application/json', [JSON.stringify({ response: said })])
  }
  const chat = line.includes('/chat/')
  return /"stream":\s*true/.test(body)
    ? answer('stream', 'text/event-stream', chat ? chatEvents() : completionEvents())
    : answer('complete', 'application/json', [JSON.stringify(chat ? chatObject() : completionObject())])
}

function answer(call: WireAnswer['call'], type: string, chunks: (string | Buffer)[]): WireAnswer {
  return { call, headers: [`content-type: ${type}`], chunks: chunks.map((chunk) => Buffer.from(chunk)) }
}

/** Chunks end inside characters, as the gateway's do. */
function cutInCharacters(text: string): Buffer[] {
  const bytes = Buffer.from(text)
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length; at += 7) chunks.push(bytes.subarray(at, at + 7))
  return chunks
}

const usage = { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 }

function chatEvents(): string[] {
  const chunk = (delta: object, reason: string | null) => ({
    ...{ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model },
    choices: [{ index: 0, delta, finish_reason: reason }],
  })
  const first = chunk({ role: 'assistant', content: '' }, null)
  return events([first, ...pieces.map((content) => chunk({ content }, null)), chunk({}, 'stop')])
}

function completionEvents(): string[] {
  const chunk = (text: string, reason: string | null) => ({
    ...{ id: 'cmpl-1', object: 'text_completion', created: 1, model },
    choices: [{ index: 0, text, logprobs: null, finish_reason: reason }],
  })
  return events([...pieces.map((text) => chunk(text, null)), chunk('', 'stop')])
}

function events(values: object[]): string[] {
  return [...values.map((value) => `data: ${JSON.stringify(value)}\n\n`), 'data: [DONE]\n\n']
}

function chatObject(): object {
  const message = { role: 'assistant', content: said, refusal: null }
  const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }]
  return { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model, choices, usage }
}

function completionObject(): object {
  const choices = [{ index: 0, text: said, logprobs: null, finish_reason: 'stop' }]
  return { id: 'cmpl-1', object: 'text_completion', created: 1, model, choices, usage }
}

const crlf = '\r\n'

/** The answer in chunked coding. `complete` is how many of the bytes prove that it is whole by HTTP itself: all of them. */
export function chunked({ headers, chunks }: WireAnswer, more: string[] = [], trailer = ''): Buffer {
  return Buffer.concat([
    head('200 OK', [...headers, 'transfer-encoding: chunked', ...more]),
    ...chunks.flatMap((chunk) => [Buffer.from(chunk.length.toString(16) + crlf), chunk, Buffer.from(crlf)]),
    Buffer.from(`0${crlf}${trailer}${crlf}`),
  ])
}

/** The answer with a content-length, which may be a wrong one. */
export function measured({ headers, chunks }: WireAnswer, error = 0): Buffer {
  const body = Buffer.concat(chunks)
  return Buffer.concat([head('200 OK', [...headers, `content-length: ${body.length + error}`]), body])
}

/** The answer that lasts until the connection ends. */
export function unmeasured({ headers, chunks }: WireAnswer, version = '1.1'): Buffer {
  return Buffer.concat([head('200 OK', [...headers, 'connection: close'], version), ...chunks])
}

export function gzipped({ headers, chunks, call }: WireAnswer): WireAnswer {
  return { call, headers: [...headers, 'content-encoding: gzip'], chunks: [gzipSync(Buffer.concat(chunks))] }
}

export function head(status: string, headers: string[], version = '1.1'): Buffer {
  return Buffer.from([`HTTP/${version} ${status}`, ...headers, '', ''].join(crlf))
}

export function statusAnswer(status: string, headers: string[], body: string): Buffer {
  const length = `content-length: ${Buffer.byteLength(body)}`
  return Buffer.concat([head(status, [...headers, length]), Buffer.from(body)])
}
