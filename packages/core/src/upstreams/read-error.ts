import { type ErrorType, ProxyError } from '../contract/error.ts'
import { proxyError } from '../errors.ts'
import { type AnswerHeaders, passedHeaders } from './passed-headers.ts'
import { type UpstreamFault, unwrapFault } from './unwrap-fault.ts'

/** Upstream's status -> what the client gets, where the upstream's own words say nothing better. */
const table: Record<number, readonly [status: number, type: ErrorType, code: string]> = {
  400: [400, 'invalid_request_error', 'invalid_request'],
  401: [401, 'authentication_error', 'authentication_failed'],
  403: [403, 'permission_error', 'permission_denied'],
  404: [404, 'not_found_error', 'not_found'],
  407: [502, 'server_error', 'upstream_error'],
  413: [413, 'invalid_request_error', 'request_too_large'],
  429: [429, 'rate_limit_error', 'rate_limit_exceeded'],
  503: [503, 'server_error', 'upstream_unavailable'],
  504: [504, 'server_error', 'upstream_timeout'],
  // Anthropic's "overloaded".
  529: [503, 'server_error', 'upstream_unavailable'],
}

/** The error for an upstream's answer that is not 2xx. `origin` is named where the configuration may be at fault. */
export function readUpstreamError(origin: string, status: number, headers: AnswerHeaders, body: string): ProxyError {
  return readFault({ origin, status, headers, body, upstreamStatus: status })
}

/** The error for an answer whose status says 200 and whose body says otherwise. */
export function readErrorInAnswer(origin: string, body: string): ProxyError {
  return readFault({ origin, status: unwrapFault(body).status ?? 502, headers: {}, body })
}

interface Refusal {
  origin: string
  status: number
  headers: AnswerHeaders
  body: string
  upstreamStatus?: number
}

function readFault({ origin, status, headers, body, upstreamStatus }: Refusal): ProxyError {
  const fault = unwrapFault(body)
  if (isAboutModel(status, fault)) {
    const message = fault.message ?? 'The upstream does not know this model.'
    return new ProxyError({
      code: 'model_not_found',
      status: 404,
      type: 'invalid_request_error',
      param: 'model',
      message,
      upstreamStatus,
    })
  }
  const misdirected = (code: 'upstream_redirect' | 'upstream_error', what: string): ProxyError => {
    const message = `The upstream at ${origin} ${what}: check upstream.base_url in the configuration.`
    return proxyError(code, message, { upstreamStatus })
  }
  if (status >= 300 && status < 400) return misdirected('upstream_redirect', `redirects (status ${status})`)
  if ((status === 404 || status === 405) && !isJson(body)) return misdirected('upstream_error', `answers ${status}`)
  // A gateway that wraps the vendor's refusal in a 500 of its own: the refusal counts.
  const effective = status >= 500 && fault.status !== undefined ? fault.status : status
  const [answered, type, code] = rowOf(effective)
  const said = fault.message ?? 'it gave no reason'
  return new ProxyError({
    code: answered < 500 ? (fault.code ?? code) : code,
    status: answered,
    type,
    param: fault.param,
    message: answered < 500 ? said : `The upstream failed with status ${status}: ${said}`,
    headers: passedHeaders(headers),
    upstreamStatus,
  })
}

function rowOf(status: number): readonly [number, ErrorType, string] {
  const row = table[status]
  if (row) return row
  if (status < 500) return [status, 'invalid_request_error', 'invalid_request']
  return [502, 'server_error', 'upstream_error']
}

const missing =
  /\bmodel\b[^.]{0,120}\b(?:not found|does not exist|not exist|not available)\b|\b(?:unknown|invalid|no such) model\b/i

function isAboutModel(status: number, { code, message }: UpstreamFault): boolean {
  if (status < 400 || status >= 500) return false
  return code === 'model_not_found' || ([400, 404, 422].includes(status) && missing.test(message ?? ''))
}

function isJson(body: string): boolean {
  return /^\s*[{[]/.test(body)
}
