import type { StreamEvent } from '../contract/event.ts'
import type { Exchange, Logger, UpstreamTraits } from '../contract/exchange.ts'
import type { ChatRequest } from '../contract/request.ts'
import { proxyError } from '../errors.ts'

/** A line that was logged. */
export interface LogRecord {
  level: keyof Logger
  message: string
  detail?: Record<string, unknown>
}

/** An exchange without a network, that keeps what was done to it. */
export interface FakeExchange extends Exchange {
  readonly headers: Record<string, string>
  readonly logged: LogRecord[]
  /** The requests of `ask`, in order. */
  readonly asked: ChatRequest[]
}

/** The answer of a test's upstream: a text, a text in the pieces in which it comes, or the events. */
export type TestAnswer = string | readonly string[] | readonly StreamEvent[]

export interface FakeExchangeOptions {
  /** What differs from a streamed request of one user message. */
  request?: Partial<ChatRequest>
  original?: Partial<ChatRequest>
  endpoint?: Exchange['endpoint']
  mode?: string
  upstream?: Partial<UpstreamTraits>
  signal?: AbortSignal
  /** Where the log's records go. */
  logged?: LogRecord[]
  /** What the upstream answers to `ask`; without it, an `error` event. */
  ask?(request: ChatRequest): TestAnswer | Promise<TestAnswer>
}

/** An exchange that no client and no upstream takes part in. */
export function fakeExchange(options: FakeExchangeOptions = {}): FakeExchange {
  const headers: Record<string, string> = {}
  const logged = options.logged ?? []
  const asked: ChatRequest[] = []
  const request = fakeRequest(options.request)
  return {
    id: 'test-exchange',
    endpoint: options.endpoint ?? 'chat-completions',
    request,
    original: options.original ? fakeRequest(options.original) : request,
    upstream: fakeUpstream(options.upstream),
    mode: options.mode ?? 'real',
    because: 'the test says so',
    signal: options.signal ?? new AbortController().signal,
    log: recordingLogger(logged),
    headers,
    logged,
    asked,
    async ask(question) {
      asked.push(question)
      return options.ask ? eventsOf(await options.ask(question)) : [noAnswer]
    },
    setHeader(name, value) {
      headers[name.toLowerCase()] = value
    },
  }
}

/** A streamed request of one user message, with what differs. */
export function fakeRequest(parts: Partial<ChatRequest> = {}): ChatRequest {
  return {
    model: 'test-model',
    messages: [{ role: 'user', content: 'Hello' }],
    stream: true,
    includeUsage: false,
    extra: {},
    ...parts,
  }
}

/** An upstream as ARGO's: no tools, response formats or stop sequences of its own. */
export function fakeUpstream(parts: Partial<UpstreamTraits> = {}): UpstreamTraits {
  return {
    kind: 'argo',
    nativeTools: false,
    nativeResponseFormat: false,
    nativeStop: false,
    nativeUsage: false,
    family: () => 'openai',
    ...parts,
  }
}

/** A logger that keeps its records in a list, the oldest first. */
export function recordingLogger(records: LogRecord[]): Logger {
  const record = (level: keyof Logger): Logger[keyof Logger] => {
    return (message, detail) => void records.push({ level, message, ...(detail && { detail }) })
  }
  return { error: record('error'), warn: record('warn'), info: record('info'), debug: record('debug') }
}

/** The events of an answer. */
export function eventsOf(answer: TestAnswer): StreamEvent[] {
  if (typeof answer !== 'string' && !isTexts(answer)) return [...answer]
  const deltas = typeof answer === 'string' ? [answer] : answer
  return [
    { type: 'start', id: 'test-answer', model: 'test-model', created: 0 },
    ...deltas.map((delta) => ({ type: 'text-delta' as const, choice: 0, delta })),
    { type: 'choice-end', choice: 0, reason: 'stop' },
    { type: 'finish' },
  ]
}

function isTexts(answer: readonly string[] | readonly StreamEvent[]): answer is readonly string[] {
  return typeof answer[0] === 'string'
}

const noAnswer: StreamEvent = {
  type: 'error',
  error: proxyError('upstream_unreachable', 'The test gives no answer to `ask`.'),
}
