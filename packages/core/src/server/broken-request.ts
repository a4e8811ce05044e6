import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ProxyError } from '../contract/error.ts'
import { errorBody, proxyError } from '../errors.ts'

/** Answers what Node's HTTP parser refused, before there is a request object, and closes the connection. */
export function answerBrokenRequest(error: Error, socket: Duplex): void {
  if (!socket.writable || ('code' in error && error.code === 'ECONNRESET')) return void socket.destroy()
  const fault = faultOf('code' in error ? error.code : undefined)
  const body = JSON.stringify(errorBody(fault))
  socket.end(
    `HTTP/1.1 ${fault.status} ${STATUS_CODES[fault.status] ?? ''}\r\n` +
      `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

function faultOf(code: unknown): ProxyError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return proxyError('header_too_large', 'The request headers are too large.')
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return proxyError('request_timeout', 'The request did not arrive in time.')
    default:
      return proxyError('invalid_value', 'This is not a valid HTTP request.')
  }
}
