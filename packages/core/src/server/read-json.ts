import type { IncomingMessage } from 'node:http'
import { proxyError } from '../errors.ts'

/** A request's body as a JSON value. Throws a ProxyError: 413 past `limit` bytes, 400 where it is not JSON. */
export async function readJson(request: IncomingMessage, limit: number): Promise<unknown> {
  const text = (await readBody(request, limit)).toString('utf8')
  if (text.trim() === '') throw proxyError('invalid_json', 'The request has no body: send a JSON object.')
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'not JSON'
    throw proxyError('invalid_json', `The request's body is not JSON: ${withoutExcerpt(reason)}.`, { cause: error })
  }
}

async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const declared = Number(request.headers['content-length'])
  if (declared > limit) throw tooLarge(request, limit)
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const chunks: Buffer[] = []
  let length = 0
  request.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length > limit) return reject(tooLarge(request, limit))
    chunks.push(chunk)
  })
  request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
  request.on('error', reject)
  request.on('close', () =>
    reject(proxyError('client_closed_request', 'The client closed the connection in mid-request.')),
  )
  return promise
}

/** The rest of the body is not read: the connection is closed after the answer. */
function tooLarge(request: IncomingMessage, limit: number): Error {
  request.pause()
  const message = `The request's body is larger than ${limit} bytes: send less, or raise limits.body in the proxy's configuration.`
  return proxyError('request_too_large', message, { headers: { connection: 'close' } })
}

/** V8 quotes a part of the text, which is the user's prompt. */
function withoutExcerpt(reason: string): string {
  return reason.replace(/,?\s*(?:\.{3})?".*/s, '').trim()
}
