import { isRecord } from '../record.ts'
import { type Answer, jsonAnswer } from './answer.ts'
import { answerHead, countUsage, finishReason, type OpenAIMessage } from './openai-message.ts'

/** How a test server sends a streamed message. */
export interface Streaming {
  /** Where the text is cut; each piece becomes one frame and one chunk of HTTP. */
  cut: (text: string) => string[]
}

/** A `chat.completion`, with as many equal choices as were asked for. */
export function completeChat(fields: Record<string, unknown>, said: OpenAIMessage): Answer {
  const { finish_reason: _reason, ...message } = said
  const choices = indexes(fields).map((index) => ({
    index,
    message: { role: 'assistant', content: null, refusal: null, annotations: [], ...message },
    logprobs: null,
    finish_reason: finishReason(said),
  }))
  const usage = countUsage(JSON.stringify(fields.messages), JSON.stringify(message))
  return jsonAnswer({ ...answerHead('chat.completion', fields.model), choices, usage })
}

/**
 * The same as `chat.completion.chunk` frames. The first chunk of HTTP has the frame with the role and the first piece, the
 * last one has the reasons, the usage (where asked for) and `[DONE]`.
 */
export function streamChat(fields: Record<string, unknown>, said: OpenAIMessage, { cut }: Streaming): Answer {
  const head = answerHead('chat.completion.chunk', fields.model)
  const asked = isRecord(fields.stream_options) && fields.stream_options.include_usage === true
  const frame = (choices: object[], usage: object | null = null) =>
    `data: ${JSON.stringify({ ...head, choices, ...(asked && { usage }) })}\n\n`
  const chunks = indexes(fields).flatMap((index) => {
    const choice = (delta: object, finish_reason: string | null = null) => [
      { index, delta, logprobs: null, finish_reason },
    ]
    const role = frame(choice({ role: 'assistant', content: said.tool_calls ? null : '', refusal: null }))
    const pieces = deltas(said, cut).map((delta) => frame(choice(delta)))
    const [first = '', ...others] = pieces
    return [role + first, ...others, frame(choice({}, finishReason(said)))]
  })
  const usage = asked ? frame([], countUsage(JSON.stringify(fields.messages), JSON.stringify(said))) : ''
  const end = `${chunks.pop() ?? ''}${usage}data: [DONE]\n\n`
  return { headers: { 'content-type': 'text/event-stream; charset=utf-8' }, chunks: [...chunks, end] }
}

function deltas(said: OpenAIMessage, cut: (text: string) => string[]): object[] {
  const pieces = (text: string | null | undefined) => (text ? cut(text) : [])
  return [
    ...pieces(said.reasoning_content).map((reasoning_content) => ({ reasoning_content })),
    ...pieces(said.content).map((content) => ({ content })),
    ...pieces(said.refusal).map((refusal) => ({ refusal })),
    ...(said.tool_calls ?? []).flatMap((call, index) => callDeltas(call, index)),
  ]
}

/** Id and name first, then the arguments in two halves, as OpenAI does. */
function callDeltas(call: Record<string, unknown>, index: number): object[] {
  const called = isRecord(call.function) ? call.function : {}
  const json = String(called.arguments ?? '{}')
  const half = Math.ceil(json.length / 2)
  const first = { index, id: call.id, type: 'function', function: { name: called.name, arguments: '' } }
  const pieces = [json.slice(0, half), json.slice(half)].filter(Boolean)
  return [
    { tool_calls: [first] },
    ...pieces.map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
  ]
}

function indexes({ n }: Record<string, unknown>): number[] {
  return Array.from({ length: typeof n === 'number' ? n : 1 }, (_, index) => index)
}
