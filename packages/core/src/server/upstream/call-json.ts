import type { RetrySettings } from '../../config/schema.ts'
import type { ProxyError } from '../../contract/error.ts'
import type { JsonCall } from '../../contract/upstream.ts'
import { proxyError, toProxyError } from '../../errors.ts'
import type { CallOutcome } from '../../pipeline/call-end.ts'
import type { AnswerHeaders } from '../../upstreams/passed-headers.ts'
import { joinChunks } from '../../wire/join-chunks.ts'
import type { OpenExchange } from '../exchange/open-exchange.ts'
import { retryDelay } from '../exchange/recovery.ts'
import type { Forwarder } from './forward.ts'

/** What a call is made for, where a client waits for it: ends it, and may have it made again. */
export interface CallPurpose {
  exchange: OpenExchange
  retries: RetrySettings
  /** A call has a 2xx status: its headers. */
  onAnswer(headers: AnswerHeaders): void
  /** Told before each further call. */
  onRetry(count: number): void
}

/** Sends a call whose answer is one JSON value, and reads it. Rejects with a ProxyError. */
export async function callJson<Result>(
  call: JsonCall<Result>,
  forwarder: Forwarder,
  limit: number,
  purpose?: CallPurpose,
): Promise<Result> {
  for (let retries = 0; ; retries += 1) {
    const tried = await tryCall(call, forwarder, limit, purpose)
    if ('result' in tried) return tried.result
    const { error } = tried
    const after = purpose && retryDelay({ error, retries }, purpose.retries)
    if (purpose === undefined || after === undefined) throw error
    purpose.onRetry(retries + 1)
    const interrupted = await purpose.exchange.wait(after)
    if (interrupted) throw interrupted
  }
}

type Tried<Result> = { result: Result } | { error: ProxyError }

function tryCall<Result>(
  call: JsonCall<Result>,
  forwarder: Forwarder,
  limit: number,
  purpose: CallPurpose | undefined,
): Promise<Tried<Result>> {
  const { promise, resolve } = Promise.withResolvers<Tried<Result>>()
  const chunks: Buffer[] = []
  const handlers = {
    onAnswer: (headers: AnswerHeaders) => purpose?.onAnswer(headers),
    onData: (chunk: Buffer) => void chunks.push(chunk),
    onEnd(outcome: CallOutcome) {
      if (typeof outcome === 'object') return resolve({ error: outcome })
      try {
        resolve({ result: call.read(parse(joinChunks(chunks))) })
      } catch (thrown) {
        resolve({ error: toProxyError(thrown) })
      }
    },
  }
  const running = forwarder.call(call, handlers, { left: limit, limit })
  purpose?.exchange.onInterrupt((error) => {
    running.abort()
    resolve({ error })
  })
  return promise
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    const message = 'The upstream answered with something other than JSON.'
    throw proxyError('upstream_invalid_answer', message, { cause: error })
  }
}
