import type { IncomingMessage } from 'node:http'
import { proxyError } from '../../errors.ts'
import { joinChunks } from '../../wire/join-chunks.ts'
import { parseWithLongTexts } from '../../wire/long-texts.ts'
import { Utf8Check } from '../../wire/utf8-check.ts'
import { checkJson } from './check-json.ts'

/**
 * Reads a request's body. What is long in it is parsed when somebody looks at it. Throws a ProxyError: 413 past `limit`
 * bytes, 415, or 400 where it is not JSON in UTF-8.
 */
export async function readJson(request: IncomingMessage, limit: number): Promise<unknown> {
  const { 'content-encoding': encoding = 'identity' } = request.headers
  if (encoding.toLowerCase() !== 'identity') {
    throw proxyError('unsupported_media_type', 'A compressed body is not accepted: send it without content-encoding.')
  }
  const pieces = inPieces(await readBody(request, limit))
  const [first] = pieces
  if (first?.subarray(0, byteOrderMark.length).equals(byteOrderMark)) pieces[0] = first.subarray(byteOrderMark.length)
  if (pieces.every((piece) => piece.every((byte) => byte <= 0x20))) {
    throw proxyError('invalid_json', 'The request has no body: send a JSON object.')
  }
  return parse(pieces)
}

/** Bytes of the smallest piece of a long body: it may have come byte by byte. */
const smallestPiece = 16 * 1024

function inPieces(chunks: Buffer[]): Buffer[] {
  if (chunks.length < 2) return chunks
  const pieces: Buffer[] = []
  let small: Buffer[] = []
  let length = 0
  for (const chunk of chunks) {
    small.push(chunk)
    length += chunk.length
    if (length < smallestPiece) continue
    pieces.push(joinChunks(small))
    small = []
    length = 0
  }
  return small.length > 0 ? [...pieces, joinChunks(small)] : pieces
}

const byteOrderMark = Buffer.from('\ufeff')

function parse(pieces: readonly Buffer[]): unknown {
  try {
    return parseWithLongTexts(pieces, checkJson)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw proxyError('invalid_json', `The request's body is not JSON: ${withoutExcerpt(error.message)}.`, {
      cause: error,
    })
  }
}

function readBody(request: IncomingMessage, limit: number): Promise<Buffer[]> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer[]>()
  const chunks: Buffer[] = []
  const utf8 = new Utf8Check()
  let length = 0
  // What comes after the answer is read and thrown away (Node does so): a closed connection could cost the client the answer.
  if (Number(request.headers['content-length']) > limit) throw tooLarge(limit)
  request.on('data', (chunk: Buffer) => {
    if (length > limit) return
    length += chunk.length
    if (length > limit) {
      chunks.length = 0
      return reject(tooLarge(limit))
    }
    utf8.take(chunk)
    chunks.push(chunk)
  })
  request.on('end', () => {
    if (utf8.holds) resolve(chunks)
    else reject(proxyError('invalid_json', "The request's body is not valid UTF-8."))
  })
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
