import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { BrotliDecompress, Gunzip, Inflate } from 'node:zlib'
import { onDemand } from '../on-demand.ts'

/**
 * An answer's body without its content-encoding; `undefined` for an encoding that is not known. A cut one ends in an
 * `error`, like a broken connection.
 */
export function decodedBody(response: IncomingMessage): Readable | undefined {
  const encoding = response.headers['content-encoding']?.trim().toLowerCase()
  if (encoding === undefined || encoding === '' || encoding === 'identity') return response
  const decoder = decoders.get(encoding)?.()
  if (!decoder) return undefined
  response.on('error', (error) => decoder.destroy(error))
  response.on('aborted', () => decoder.destroy(new Error('aborted')))
  return response.pipe(decoder)
}

const gunzip = (): Gunzip => onDemand.zlib().createGunzip()

const decoders: ReadonlyMap<string, () => Gunzip | Inflate | BrotliDecompress> = new Map([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  ['deflate', () => onDemand.zlib().createInflate()],
  ['br', () => onDemand.zlib().createBrotliDecompress()],
])

/** The text of a body, up to a limit of bytes and of milliseconds, or as much of it as came. Never rejects. */
export async function readText(body: Readable, limit: number, patience: number): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  const timer = setTimeout(() => body.destroy(), patience)
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
  clearTimeout(timer)
  return Buffer.concat(chunks).toString('utf8')
}
