import type { JsonCall } from '../contract/format.ts'
import { proxyError, toProxyError } from '../errors.ts'
import type { Forwarder } from './forward.ts'

/** Sends a call whose answer is one JSON value, and reads it. Rejects with a ProxyError. */
export function callJson<Result>(call: JsonCall<Result>, forwarder: Forwarder, limit: number): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>()
  const chunks: Buffer[] = []
  let length = 0
  const running = forwarder.call(call, {
    onData(chunk) {
      length += chunk.length
      chunks.push(chunk)
      if (length <= limit) return
      running.abort()
      reject(
        proxyError('upstream_answer_too_large', `The upstream's answer is larger than ${limit} bytes (limits.answer).`),
      )
    },
    onEnd(outcome) {
      if (typeof outcome === 'object') return reject(outcome)
      try {
        resolve(call.read(parse(Buffer.concat(chunks))))
      } catch (thrown) {
        reject(toProxyError(thrown))
      }
    },
  })
  return promise
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    throw proxyError('upstream_invalid_answer', 'The upstream answered with something other than JSON.', {
      cause: error,
    })
  }
}
