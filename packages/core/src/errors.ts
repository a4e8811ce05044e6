import { type ErrorType, ProxyError, type ProxyErrorOptions } from './contract/error.ts'

/** The table of this program's own faults: code -> HTTP status and OpenAI's type. Upstream faults are read by the upstream. */
const table = {
  invalid_json: [400, 'invalid_request_error'],
  invalid_type: [400, 'invalid_request_error'],
  invalid_value: [400, 'invalid_request_error'],
  missing_required_parameter: [400, 'invalid_request_error'],
  unsupported_parameter: [400, 'invalid_request_error'],
  unsupported_value: [400, 'invalid_request_error'],
  previous_response_not_found: [400, 'invalid_request_error'],
  conflicting_stream_modes: [400, 'invalid_request_error'],
  authentication_required: [401, 'authentication_error'],
  origin_not_allowed: [403, 'permission_error'],
  unknown_url: [404, 'invalid_request_error'],
  model_not_found: [404, 'invalid_request_error'],
  not_found: [404, 'invalid_request_error'],
  method_not_allowed: [405, 'invalid_request_error'],
  request_timeout: [408, 'invalid_request_error'],
  request_too_large: [413, 'invalid_request_error'],
  unsupported_media_type: [415, 'invalid_request_error'],
  header_too_large: [431, 'invalid_request_error'],
  too_many_requests: [429, 'rate_limit_error'],
  client_closed_request: [499, 'invalid_request_error'],
  internal_error: [500, 'server_error'],
  plugin_failed: [502, 'server_error'],
  upstream_unreachable: [502, 'server_error'],
  upstream_disconnected: [502, 'server_error'],
  /** The upstream says itself that it failed. */
  upstream_error: [502, 'server_error'],
  upstream_invalid_answer: [502, 'server_error'],
  upstream_redirect: [502, 'server_error'],
  upstream_answer_too_large: [502, 'server_error'],
  shutting_down: [503, 'server_error'],
  too_many_connections: [503, 'server_error'],
  circuit_open: [503, 'server_error'],
  connect_timeout: [504, 'server_error'],
  first_byte_timeout: [504, 'server_error'],
  idle_timeout: [504, 'server_error'],
  total_timeout: [504, 'server_error'],
} as const satisfies Record<string, readonly [number, ErrorType]>

export type ErrorCode = keyof typeof table

/** An error of the table. `param` names the field of the request that is at fault. */
export function proxyError(
  code: ErrorCode,
  message: string,
  more: Pick<ProxyErrorOptions, 'param' | 'headers' | 'upstreamStatus' | 'cause'> = {},
): ProxyError {
  const [status, type] = table[code]
  return new ProxyError({ code, status, type, message, ...more })
}

/** What OpenAI puts under `error`; the same on every endpoint. */
export interface ErrorBody {
  error: { message: string; type: ErrorType; param: string | null; code: string }
}

export function errorBody(error: ProxyError): ErrorBody {
  return { error: { message: error.message, type: error.type, param: error.param, code: error.code } }
}

/**
 * The same for a frame within a stream. There `server_error` says `upstream_error`: a client that takes the former for
 * transient (continue.dev) asks again for a minute, and its user sees nothing; the latter it reports.
 */
export function streamErrorBody(error: ProxyError): { error: Omit<ErrorBody['error'], 'type'> & { type: string } } {
  const body = errorBody(error).error
  return { error: { ...body, type: error.type === 'server_error' ? 'upstream_error' : error.type } }
}

/** The same error in the words of a client that calls the field otherwise. */
export function withClientParam(error: ProxyError, clientParam: ((param: string) => string) | undefined): ProxyError {
  if (error.param === null || clientParam === undefined) return error
  const param = clientParam(error.param)
  if (param === error.param) return error
  const { code, status, type, message, headers, upstreamStatus, cause } = error
  return new ProxyError({ code, status, type, message, param, headers, upstreamStatus, cause })
}

/** Any thrown value as a ProxyError; a foreign one becomes `internal_error` and keeps its cause for the log. */
export function toProxyError(thrown: unknown): ProxyError {
  if (thrown instanceof ProxyError) return thrown
  return proxyError('internal_error', 'The proxy failed on this request; its log says why.', { cause: thrown })
}
