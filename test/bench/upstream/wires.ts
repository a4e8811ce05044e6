import type { Answer } from '../answers.ts'

/** How an answer looks on a wire. The bytes of a stream are parts that may go out one by one. */
export interface Wire {
  completeType: string
  streamType: string
  /** The whole body. */
  complete(answer: Answer): string
  /** Goes out with the first piece. */
  opening: string
  piece(text: string): string
  closing: string
}

const identity = '"created":1750000000,"model":"bench","service_tier":"default","system_fingerprint":"fp_44709d6fcb"'
const id = '{"id":"chatcmpl-BkPcAZ4nCz7lqV2aXyWr9o","object":"chat.completion'

function frame(delta: string, reason = 'null'): string {
  const choice = `{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${reason}}`
  return `data: ${id}.chunk",${identity},"choices":[${choice}]}\n\n`
}

/** OpenAI's, as api.openai.com writes it. */
export const openaiWire: Wire = {
  completeType: 'application/json',
  streamType: 'text/event-stream; charset=utf-8',
  complete({ pieces }) {
    const message = { role: 'assistant', content: pieces.join(''), refusal: null, annotations: [] }
    const choices = JSON.stringify([{ index: 0, message, logprobs: null, finish_reason: 'stop' }])
    const usage = JSON.stringify({ prompt_tokens: 19, completion_tokens: 150, total_tokens: 169 })
    return `${id}",${identity},"choices":${choices},"usage":${usage}}`
  },
  opening: frame('{"role":"assistant","content":"","refusal":null}'),
  piece: (text) => frame(`{"content":${JSON.stringify(text)}}`),
  closing: `${frame('{}', '"stop"')}data: [DONE]\n\n`,
}

/** ARGO's: the complete answer is JSON, the stream bare text. */
export const argoWire: Wire = {
  completeType: 'application/json',
  streamType: 'text/plain; charset=utf-8',
  complete: ({ pieces }) => JSON.stringify({ response: pieces.join('') }),
  opening: '',
  piece: (text) => text,
  closing: '',
}
