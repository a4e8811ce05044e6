import type { Config } from '../../config/schema.ts'
import type { Upstream, UpstreamCall } from '../../contract/upstream.ts'
import type { CallOutcome } from '../../pipeline/call-end.ts'
import type { AnswerHeaders } from '../../upstreams/passed-headers.ts'
import type { Sender } from './upstream-connections.ts'

/** What a call tells, in this order: `onAnswer` once if there is one, `onData` any number of times, `onEnd` exactly once. */
export interface CallHandlers {
  /** A 2xx status and its headers have come. Any other status is an `onEnd` with an error that has it as `upstreamStatus`. */
  onAnswer?(headers: AnswerHeaders, status: number): void
  /** What one read of the upstream's socket gave, or one chunk where the call says that chunks matter; in the turn of that read. */
  onData(chunk: Buffer): void
  onEnd(outcome: CallOutcome): void
}

/** Bytes that may still be held of an answer; several calls can share it. */
export interface Budget {
  left: number
  readonly limit: number
}

/** A call that is under way. */
export interface RunningCall {
  pause(): void
  resume(): void
  /**
   * Nothing more of the answer is wanted, and no handler is called any more: its end is awaited for a moment, so that the
   * connection can be kept.
   */
  finish(): void
  /** Ends it at once; no handler is called any more. */
  abort(): void
}

/** When the upstream last answered, whatever it said, and when it last could not be reached; milliseconds since 1970. */
export interface Contact {
  answeredAt: number
  failedAt: number
}

export interface CallContext {
  /** Gives the call to http-proxy-3. `onError`: it could not even be sent. */
  send(call: UpstreamCall, sender: Sender, onError: (error: Error) => void): void
  /** Reads an answer whose status is not 2xx. */
  readError: Upstream['readError']
  timeouts: Config['timeouts']
  contact: Contact
}
