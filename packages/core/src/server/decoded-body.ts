import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'

/** An answer's body without its content-encoding. A cut one ends in an `error`, like a broken connection. */
export function decodedBody(response: IncomingMessage): Readable {
  const decoder = decoderFor(response.headers['content-encoding'])
  if (!decoder) return response
  response.on('error', (error) => decoder.destroy(error))
  response.on('aborted', () => decoder.destroy(new Error('aborted')))
  return response.pipe(decoder)
}

/** The text of a body, up to a limit, or as much of it as came. Never rejects. */
export async function readText(body: Readable, limit: number): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of body) {
      if (!Buffer.isBuffer(chunk)) continue
      chunks.push(chunk)
      length += chunk.length
      if (length >= limit) break
    }
  } catch {
    // A cut error body still says something.
  }
  return Buffer.concat(chunks).toString('utf8')
}

function decoderFor(
  encoding: string | undefined,
): ReturnType<typeof createGunzip> | ReturnType<typeof createBrotliDecompress> | undefined {
  switch (encoding?.toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip()
    case 'deflate':
      return createInflate()
    case 'br':
      return createBrotliDecompress()
    default:
      return undefined
  }
}
