import type { StreamEvent } from './event.ts'
import type { ChatRequest } from './request.ts'

/** Which of the upstream's two calls: chunks as they come, or one whole answer. */
export type UpstreamCallKind = 'stream' | 'complete'

/** Where a plugin writes. Levels as in winston; `detail` must never hold secrets or prompts. */
export interface Logger {
  error(message: string, detail?: Record<string, unknown>): void
  warn(message: string, detail?: Record<string, unknown>): void
  info(message: string, detail?: Record<string, unknown>): void
  debug(message: string, detail?: Record<string, unknown>): void
}

/** One request of one client and its answer, as plugins see it. */
export interface Exchange {
  /** Request id; also in the answer's `x-request-id`. */
  readonly id: string
  readonly endpoint: 'chat-completions' | 'completions' | 'responses'
  /** The request after every plugin's `rewrite`. */
  readonly request: ChatRequest
  /** The request as the client sent it. */
  readonly original: ChatRequest
  readonly upstream: UpstreamTraits
  /** Name of the stream mode, and the reason for it. */
  readonly mode: string
  readonly because: string
  /** Aborted when the client has left, or when this attempt at an answer has ended: a retry gets a new signal. */
  readonly signal: AbortSignal
  readonly log: Logger
  /**
   * Asks the upstream once more, complete, outside the client's stream, and gives the events of the answer (the
   * grammar of `StreamEvent`, from `start` to `finish` or `error`). No plugin stage runs over them. Never rejects.
   */
  ask(request: ChatRequest): Promise<StreamEvent[]>
  /** Adds a header to the answer, where no byte was sent yet. */
  setHeader(name: string, value: string): void
}

/** What a plugin may know of the upstream. */
export interface UpstreamTraits {
  readonly kind: 'argo' | 'openai'
  /** Whether the wire takes tool declarations and gives tool calls back by itself. */
  readonly nativeTools: boolean
  /** Whether the wire takes `response_format`. */
  readonly nativeResponseFormat: boolean
  /** Whether the wire ends an answer at the client's stop sequences by itself. */
  readonly nativeStop: boolean
  /** Whether the wire tells token counts. */
  readonly nativeUsage: boolean
  /** The family of a model's name: decides the form of prompts and quirks. */
  family(model: string): ModelFamily
}

export type ModelFamily = 'openai' | 'anthropic' | 'google' | 'other'
