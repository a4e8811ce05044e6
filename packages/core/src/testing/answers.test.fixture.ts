import type { ParsedRequest } from '../contract/endpoint.ts'
import type { StreamEvent } from '../contract/event.ts'
import { proxyError } from '../errors.ts'
import { fakeExchange } from './fake-exchange.ts'

const start: StreamEvent = { type: 'start', id: 'chatcmpl-up1', model: 'gpt-4o-2024', created: 1_700_000_000 }
const usage: StreamEvent = { type: 'usage', inputTokens: 7, outputTokens: 5, cachedTokens: 2, reasoningTokens: 1 }
const finish: StreamEvent = { type: 'finish' }

function text(choice: number, ...deltas: string[]): StreamEvent[] {
  return deltas.map((delta) => ({ type: 'text-delta', choice, delta }))
}

function call(index: number, id: string, name: string, ...deltas: string[]): StreamEvent[] {
  return [
    { type: 'tool-call-start', choice: 0, index, id, name },
    ...deltas.map((delta): StreamEvent => ({ type: 'tool-call-delta', choice: 0, index, delta })),
    { type: 'tool-call-end', choice: 0, index },
  ]
}

function end(reason: Extract<StreamEvent, { type: 'choice-end' }>['reason'], choice = 0): StreamEvent {
  return { type: 'choice-end', choice, reason }
}

const tokenLogprob = {
  token: 'Hi',
  logprob: -0.5,
  bytes: [72, 105],
  top_logprobs: [{ token: 'Hi', logprob: -0.5, bytes: [72, 105] }],
}

/** Event sequences of whole answers, of every kind that a pipeline can give. */
export const answers = {
  text: [start, ...text(0, 'Hé', 'llo 👋\n', ' "wörld"'), end('stop'), usage, finish],
  empty: [start, end('stop'), usage, finish],
  cutShort: [start, ...text(0, 'Once'), end('length'), usage, finish],
  filtered: [start, ...text(0, 'I'), end('content-filter'), usage, finish],
  refusal: [
    start,
    { type: 'refusal-delta', choice: 0, delta: 'I ca' },
    { type: 'refusal-delta', choice: 0, delta: 'n’t.' },
    end('stop'),
    usage,
    finish,
  ],
  reasoning: [
    start,
    { type: 'reasoning-delta', choice: 0, delta: 'Let me ' },
    { type: 'reasoning-delta', choice: 0, delta: 'think.' },
    ...text(0, '42'),
    end('stop'),
    usage,
    finish,
  ],
  call: [start, ...call(0, 'call_a', 'weather', '{"city":', '"Gö"}'), end('tool-calls'), usage, finish],
  textAndCalls: [
    start,
    ...text(0, 'Looking.'),
    ...call(0, 'call_a', 'weather', '{"city":"A"}'),
    ...call(1, 'call_b', 'time', '{}'),
    end('tool-calls'),
    usage,
    finish,
  ],
  interleavedCalls: [
    start,
    { type: 'tool-call-start', choice: 0, index: 0, id: 'call_a', name: 'weather' },
    { type: 'tool-call-start', choice: 0, index: 1, id: 'call_b', name: 'time' },
    { type: 'tool-call-delta', choice: 0, index: 1, delta: '{}' },
    { type: 'tool-call-delta', choice: 0, index: 0, delta: '{"city":"A"}' },
    { type: 'tool-call-end', choice: 0, index: 1 },
    { type: 'tool-call-end', choice: 0, index: 0 },
    end('tool-calls'),
    usage,
    finish,
  ],
  logprobs: [
    start,
    { type: 'text-delta', choice: 0, delta: 'Hi', logprobs: { content: [tokenLogprob], refusal: null } },
    { type: 'text-delta', choice: 0, delta: 'Hi', logprobs: { content: [tokenLogprob], refusal: null } },
    end('stop'),
    usage,
    finish,
  ],
} satisfies Record<string, [StreamEvent, ...StreamEvent[]]>

export const twoChoices: StreamEvent[] = [
  start,
  ...text(1, 'B1'),
  ...text(0, 'A1', 'A2'),
  ...text(1, 'B2'),
  end('length', 1),
  end('stop', 0),
  usage,
  finish,
]

export const failure = proxyError('upstream_disconnected', 'The upstream went away.')
export const brokenOff: StreamEvent[] = [start, ...text(0, 'Once upon'), { type: 'error', error: failure }]
export const failedAtOnce: StreamEvent[] = [{ type: 'error', error: failure }]

/** What a client of the endpoint gets for these events, whole. Each text that comes out has to be whole SSE events. */
export function streamed(parsed: ParsedRequest, events: readonly StreamEvent[]): string {
  const texts = encoded(parsed, 'stream', events)
  for (const frames of texts) {
    if (!frames.endsWith('\n\n')) throw new Error(`a text that is no whole event: ${frames}`)
  }
  return texts.join('')
}

/** The one JSON text of a complete answer, parsed; undefined where nothing came out. */
export function completed(parsed: ParsedRequest, events: readonly StreamEvent[]): unknown {
  const texts = encoded(parsed, 'complete', events)
  if (texts.length > 1) throw new Error(`${texts.length} texts instead of one`)
  return texts[0] === undefined ? undefined : JSON.parse(texts[0])
}

export function encoded(parsed: ParsedRequest, kind: 'stream' | 'complete', events: readonly StreamEvent[]): string[] {
  const encoder = parsed.encode(kind, fakeExchange({ request: parsed.request }))
  const texts: string[] = []
  for (const event of events) encoder.write(event, (frames) => texts.push(frames))
  encoder.end?.((frames) => texts.push(frames))
  return texts
}

/** The data of each event of a stream, parsed; `[DONE]` as it is. */
export function dataOf(stream: string): unknown[] {
  return stream
    .split('\n\n')
    .filter((frame) => frame !== '')
    .map((frame) => frame.split('\n').at(-1)?.replace('data: ', '') ?? '')
    .map((data) => (data === '[DONE]' ? data : JSON.parse(data)))
}
