import type { EmbeddingsAnswer, EmbeddingsRequest } from './embeddings.ts'
import type { ProxyError } from './error.ts'
import type { Step, StreamEvent } from './event.ts'
import type { Exchange, UpstreamCallKind, UpstreamTraits } from './exchange.ts'
import type { ChatRequest } from './request.ts'

/**
 * Bytes of an upstream in, events out. Emits `finish` only where the wire itself says that the answer
 * has ended: `[DONE]`, or the closing brace of a complete answer.
 */
export type Decoder = Step<Buffer, StreamEvent>

/** One HTTP request to the upstream, and how to read what it answers. */
export interface UpstreamCall {
  method: 'GET' | 'POST' | 'DELETE'
  url: URL
  headers: Record<string, string>
  /** A JSON text, whole or in pieces. */
  body?: string | readonly Buffer[]
  /** The answer is read chunk by chunk, as the upstream has cut it. Else the chunks of one read come as one. */
  chunksMatter?: boolean
}

/** A call whose answer becomes events. Its choices start at `firstChoice` (several calls make one answer with `n > 1`). */
export interface AnswerCall extends UpstreamCall {
  firstChoice: number
  decode(): Decoder
  /** Fields of the request that the wire or the model does not take, left out of the call: for a header and the log. */
  dropped?: readonly string[]
  /** Where a wire of the client's own format can pass untouched: the format's name. */
  format?: Exchange['endpoint']
}

/** A call whose answer is one JSON value. `read` gives what the client gets; throws a ProxyError where it makes no sense. */
export interface JsonCall<Result> extends UpstreamCall {
  read(body: unknown): Result
  /** As of an `AnswerCall`. */
  dropped?: readonly string[]
}

/** A model as `GET /v1/models` lists it. */
export interface Model {
  id: string
  object: 'model'
  created: number
  owned_by: string
}

/** What goes with a call that the request itself does not say. */
export interface CallContext {
  /** The account name that ARGO wants in the body. */
  user?: string
  /** The endpoint that was asked: the wire may share its format. */
  endpoint?: Exchange['endpoint']
}

/** A client's request that is not understood here, only passed on. */
export interface NativeRequest {
  method: UpstreamCall['method']
  /** The path that the client asked, and its query. */
  path: string
  /** Absent where the request has none. */
  body?: Readonly<Record<string, unknown>>
}

/** A wire that is spoken upstream. */
export interface Upstream extends UpstreamTraits {
  /** The base URL, for logs and `explain`. */
  readonly origin: string
  /** Throws a ProxyError (400) for what this wire cannot carry. One call, or several that make one answer. */
  answer(request: ChatRequest, kind: UpstreamCallKind, context: CallContext): AnswerCall[]
  embeddings(request: EmbeddingsRequest, context: CallContext): JsonCall<EmbeddingsAnswer>
  /** Reading the answer teaches the upstream its models' names. */
  models(): JsonCall<Model[]>
  /** Whether a request for this model can be meant for this upstream; `undefined` where its list was not read yet. */
  knowsModel(name: string): boolean | undefined
  /**
   * The call for a client's request that passes to the upstream as it is: ARGO's own endpoints, an OpenAI-compatible
   * server's own `/responses`. `undefined` where the upstream has no such endpoint.
   */
  native?(request: NativeRequest, context: CallContext): UpstreamCall | undefined
  /** The error for an answer whose status is not 2xx. `body` may be anything, or cut. */
  readError(status: number, headers: Readonly<Record<string, string | string[] | undefined>>, body: string): ProxyError
}
