import type { ProxyError } from '../../contract/error.ts'
import { proxyError } from '../../errors.ts'

/** What came is not HTTP, or breaks its rules. */
export function notHttp(error: Error): ProxyError {
  const message = `The upstream sent something that is not HTTP (${error.message}).`
  return proxyError('upstream_invalid_answer', message, { cause: error })
}

/** As undici names it. `hasEnded`: the upstream has closed the connection, which explains a body that is too short. */
export function isNotHttp(error: Error, hasEnded: boolean): boolean {
  // A bad response is something that nobody asked for.
  if (error.name === 'HTTPParserError' || error.message === 'bad response') return true
  const code = codeOf(error)
  return code === 'UND_ERR_HEADERS_OVERFLOW' || (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' && !hasEnded)
}

const staleCodes: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

/**
 * The upstream had closed a kept connection while the request was on its way, or had sent more than its last answer. What
 * `hasAnswered`, and is cut then, is an answer.
 */
export function isStale(error: Error, hasAnswered: boolean): boolean {
  return isNotHttp(error, false) || (!hasAnswered && staleCodes.has(codeOf(error) ?? ''))
}

/** A sign-in page, a captive portal, a wrong address: no wire of a model speaks HTML. */
export function webPage(): ProxyError {
  const message = 'The upstream answered with a web page: check upstream.base_url, and whether it wants you to sign in.'
  return proxyError('upstream_invalid_answer', message)
}

/** There was never a connection. */
export function unreachable(url: URL, error: Error): ProxyError {
  const code = codeOf(error) ?? error.message
  const remedy = /CERT|TLS|SSL|SIGNATURE|ISSUER/.test(code)
    ? "check the upstream's certificate (upstream.verify_tls: false trusts any)"
    : 'check upstream.base_url and the network'
  return proxyError('upstream_unreachable', `The upstream at ${url.origin} cannot be reached (${code}): ${remedy}.`, {
    cause: error,
  })
}

export function answerTooLarge(limit: number): ProxyError {
  const message = `The upstream's answer is larger than ${limit} bytes: raise limits.answer in the configuration.`
  return proxyError('upstream_answer_too_large', message)
}

export function unknownEncoding(encoding: string | undefined): ProxyError {
  const message = `The upstream compresses its answer in a way that was not asked for: content-encoding ${encoding}.`
  return proxyError('upstream_invalid_answer', message)
}

export function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
