import type { Step, StreamEvent } from './event.ts'
import type { Exchange, UpstreamCallKind } from './exchange.ts'
import type { ChatRequest } from './request.ts'

/** Events in, text for the client out: whole SSE events, or (for a complete answer) one JSON text at the end. */
export type Encoder = Step<StreamEvent, string>

/** What an endpoint made of a client's body. */
export interface ParsedRequest {
  request: ChatRequest
  /** Tools and items that the client merely offered and that are left out of `request`: named in a header and the log. */
  omittedTools?: string[]
  /**
   * The client's form has something that `request` says in other words (legacy functions, `echo`, freeform tools): the
   * answer needs this encoder, even where the upstream speaks the client's format.
   */
  translated?: boolean
  /**
   * The client's name of a field that an upstream or a plugin has in the words of Chat Completions (`messages[0].content`).
   * Absent where those are the client's own.
   */
  clientParam?(param: string): string
  /**
   * The encoder of the answer. `stream`: whole SSE events, an in-band error frame for an `error` event. `complete`: one
   * JSON text at `finish`; nothing for an `error` event (the server answers it with its HTTP status).
   */
  encode(kind: UpstreamCallKind, exchange: Exchange): Encoder
}

/** A format that clients speak. */
export interface Endpoint {
  readonly name: Exchange['endpoint']
  /** As in `POST /v1/chat/completions`. */
  readonly path: string
  /**
   * Throws (or rejects with) a ProxyError, 400 with `param`, for a body that is not of the format. A promise where
   * something has to be looked up: a stored response.
   */
  parse(body: unknown): ParsedRequest | Promise<ParsedRequest>
}
