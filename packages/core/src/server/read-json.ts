import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { proxyError } from '../errors.ts'
import { joinChunks } from '../wire/join-chunks.ts'
import { parseWithLongTexts } from '../wire/long-texts.ts'
import { checkJson } from './check-json.ts'

/**
 * Reads a request's body. What is long in it is parsed when somebody looks at it. Throws a ProxyError: 413 past `limit`
 * bytes, 415, or 400 where it is not JSON.
 */
export async function readJson(request: IncomingMessage, limit: number): Promise<unknown> {
  const { 'content-encoding': encoding = 'identity' } = request.headers
  if (encoding !== 'identity') {
    throw proxyError('unsupported_media_type', 'A compressed body is not accepted: send it without content-encoding.')
  }
  const body = await readBody(request, limit)
  const bytes = body.indexOf(byteOrderMark) === 0 ? body.subarray(byteOrderMark.length) : body
  if (!isUtf8(bytes)) throw proxyError('invalid_json', "The request's body is not valid UTF-8.")
  if (bytes.every((byte) => byte <= 0x20)) {
    throw proxyError('invalid_json', 'The request has no body: send a JSON object.')
  }
  return parse(bytes)
}

const byteOrderMark = Buffer.from('\ufeff')

function parse(bytes: Buffer): unknown {
  try {
    return parseWithLongTexts(bytes, checkJson)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw proxyError('invalid_json', `The request's body is not JSON: ${withoutExcerpt(error.message)}.`, {
      cause: error,
    })
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
