import type { ServerResponse } from 'node:http'
import type { ProxyError } from '../../contract/error.ts'
import { errorBody, toProxyError } from '../../errors.ts'
import { type AnswerHeaders, passedHeaders } from '../../upstreams/passed-headers.ts'
import { bytesOf, latin1Of } from '../../wire/text-or-bytes.ts'

/** Sets a header while that is still possible; what cannot stand in one becomes a question mark. */
export function setHeader(response: ServerResponse, name: string, value: string): void {
  if (response.headersSent) return
  const sane = unfit.test(value) ? value.replace(everyUnfit, '?') : value
  response.setHeader(name, sane.slice(0, longestHeader))
}

const unfit = /[^\t\x20-\x7e]/
const everyUnfit = new RegExp(unfit, 'g')

const longestHeader = 2_000

/** Tells the client what the upstream says of its limits, once for each answer. */
export function passHeaders(headers: AnswerHeaders, to: { setHeader(name: string, value: string): void }): void {
  for (const [name, value] of Object.entries(passedHeaders(headers))) to.setHeader(name, value)
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  sendJsonText(response, status, JSON.stringify(value))
}

export function sendError(response: ServerResponse, error: ProxyError): void {
  if (response.headersSent || response.destroyed) return
  for (const [name, value] of Object.entries(error.headers)) setHeader(response, name, value)
  sendJson(response, error.status, errorBody(error))
}

/** Tells the client of what was thrown: by status, or by a cut where it is too late for one. Gives the error. */
export function sendThrown(response: ServerResponse, thrown: unknown): ProxyError {
  const error = toProxyError(thrown)
  sendError(response, error)
  // Nothing may be left open, whatever it was.
  if (response.headersSent && !response.writableEnded) response.destroy()
  return error
}

/** Characters or bytes up to which a body is written together with its head. */
const shortBody = 16 * 1024

/**
 * A JSON text that is at hand. A short one goes as text with a character for each byte, which Node puts behind the head and
 * writes in one go; as bytes it would be a write of its own, and as another text it would be encoded twice as slowly.
 */
export function sendJsonText(response: ServerResponse, status: number, body: string | Buffer): void {
  if (body.length <= shortBody) {
    const text = latin1Of(body)
    writeHead(response, status, text.length)
    response.end(text, 'latin1')
  } else {
    const bytes = bytesOf(body)
    writeHead(response, status, bytes.length)
    response.end(bytes)
  }
}

function writeHead(response: ServerResponse, status: number, length: number): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': length })
}
