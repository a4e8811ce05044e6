import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ProxyError } from '../../contract/error.ts'
import { errorBody, proxyError } from '../../errors.ts'
import { http } from '../../on-demand.ts'

/**
 * Answers what Node's HTTP parser refused, before there is a request object or in the midst of its body, and closes the
 * connection. `current` is the answer that is under way on it: what would fall into its midst is not said.
 */
export function answerBrokenRequest(error: Error, socket: Duplex, current: ServerResponse | undefined): void {
  const code = 'code' in error ? error.code : undefined
  const busy = current !== undefined && !current.writableEnded && (current.headersSent || current.req.complete)
  if (busy || !socket.writable || code === 'ECONNRESET') return void socket.destroy()
  refuseConnection(faultOf(code), socket)
}

/** Writes an answer to a connection that has no request, and closes it. */
export function refuseConnection(fault: ProxyError, socket: Duplex): void {
  const body = JSON.stringify(errorBody(fault))
  const headers = Object.entries(fault.headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.on('error', () => {})
  socket.end(
    `HTTP/1.1 ${fault.status} ${http.STATUS_CODES[fault.status] ?? ''}\r\n${headers.join('')}` +
      `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  )
}

function faultOf(code: unknown): ProxyError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return proxyError('header_too_large', 'The request headers are too large (limits.headers).')
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return proxyError(
        'request_timeout',
        'The request did not arrive in time (timeouts.request_headers, timeouts.request).',
      )
    default:
      return proxyError('invalid_value', 'This is not a valid HTTP request.')
  }
}
