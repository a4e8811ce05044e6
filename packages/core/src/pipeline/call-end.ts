import type { ProxyError } from '../contract/error.ts'
import { proxyError } from '../errors.ts'

/**
 * How one upstream call has ended, as far as its socket tells: `complete` is a proven end (the terminating chunk, or
 * all of content-length), `unproven` a body that lasts until the socket closes. Set before the pieces' `end` is called.
 */
export type CallOutcome = 'complete' | 'unproven' | ProxyError

/** What the socket's side and the pipeline's side of one upstream call tell each other. */
export interface CallEnd {
  outcome?: CallOutcome
  /** The wire's own terminal event was seen, or an error: nothing more is wanted of this call. */
  done: boolean
}

/** The fault of an answer that was cut, whoever notices it. */
export function disconnected(cause?: unknown): ProxyError {
  const message = 'The upstream closed the connection before its answer was complete.'
  return proxyError('upstream_disconnected', message, { cause })
}
