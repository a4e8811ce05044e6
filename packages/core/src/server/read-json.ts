import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { proxyError } from '../errors.ts'
import { joinChunks } from '../wire/join-chunks.ts'
import { checkJson } from './check-json.ts'

/** A request's body as a JSON value. Throws a ProxyError: 413 past `limit` bytes, 415, or 400 where it is not JSON. */
export async function readJson(request: IncomingMessage, limit: number): Promise<unknown> {
  const { 'content-encoding': encoding = 'identity' } = request.headers
  if (encoding !== 'identity') {
    throw proxyError('unsupported_media_type', 'A compressed body is not accepted: send it without content-encoding.')
  }
  const body = await readBody(request, limit)
  if (!isUtf8(body)) throw proxyError('invalid_json', "The request's body is not valid UTF-8.")
  const text = body.toString('utf8')
  if (text.trim() === '') throw proxyError('invalid_json', 'The request has no body: send a JSON object.')
  const value = parse(text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text)
  checkJson(value)
  return value
}

const byteOrderMark = 0xfeff

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'not JSON'
    throw proxyError('invalid_json', `The request's body is not JSON: ${withoutExcerpt(reason)}.`, { cause: error })
  }
}

function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const chunks: Buffer[] = []
  let length = 0
  // What comes after the answer is read and thrown away (Node does so): a closed connection could cost the client the answer.
  if (Number(request.headers['content-length']) > limit) throw tooLarge(limit)
  request.on('data', (chunk: Buffer) => {
    if (length > limit) return
    length += chunk.length
    if (length <= limit) return void chunks.push(chunk)
    chunks.length = 0
    reject(tooLarge(limit))
  })
  request.on('end', () => resolve(joinChunks(chunks)))
  request.on('error', () => reject(clientLeft()))
  request.on('close', () => {
    if (!request.complete) reject(clientLeft())
  })
  return promise
}

function clientLeft(): Error {
  return proxyError('client_closed_request', 'The client closed the connection in mid-request.')
}

function tooLarge(limit: number): Error {
  const message = `The request's body is larger than ${limit} bytes: send less, or raise limits.body in the proxy's configuration.`
  return proxyError('request_too_large', message)
}

/** V8 quotes a part of the text, which is the user's prompt. */
function withoutExcerpt(reason: string): string {
  return reason.replace(/,?\s*(?:\.{3})?".*/s, '').trim()
}
