import type { ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { constants, createGzip } from 'node:zlib'
import type { RecordedRequest } from './recorded-request.ts'

/** An answer of a test server, chunk by chunk. */
export interface Answer {
  /** Default 200. */
  status?: number
  headers?: Record<string, string>
  /** Each is written by itself: one chunk of HTTP's chunked coding. */
  chunks: Iterable<string | Uint8Array>
  /** `complete` (default) ends the body; `cut` destroys the connection in its midst; `open` leaves it hanging. */
  ending?: 'complete' | 'cut' | 'open'
}

/** How the chunks of answers are sent. */
export interface SendOptions {
  /** Milliseconds between two chunks. Default 0. */
  chunkDelay?: number
  /** Awaited before each chunk is written: a test gives its permission by resolving. `chunkIndex` counts from 0. */
  gate?: (chunkIndex: number, request: RecordedRequest) => Promise<void> | void
  /** Compresses every answer, asked for or not, each chunk flushed by itself. Default false. */
  gzip?: boolean
  /** More headers for every answer. */
  headers?: Record<string, string>
}

/** One JSON value as an answer. */
export function jsonAnswer(value: unknown, status = 200): Answer {
  const text = JSON.stringify(value)
  const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }
  return { status, headers, chunks: [text] }
}

/** Writes an answer. Resolves when nothing more is to be written, also where the peer has left. */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  request: RecordedRequest,
  options: SendOptions,
): Promise<void> {
  const headers: Record<string, string> = { ...options.headers, ...answer.headers }
  if (options.gzip) {
    headers['content-encoding'] = 'gzip'
    delete headers['content-length']
  }
  response.writeHead(answer.status ?? 200, headers)
  response.flushHeaders()
  const body = options.gzip ? createGzip({ flush: constants.Z_SYNC_FLUSH }) : response
  if (body !== response) body.pipe(response)
  let index = 0
  for (const chunk of answer.chunks) {
    if (index > 0 && options.chunkDelay) await pause(options.chunkDelay)
    await Promise.race([options.gate?.(index, request), request.ended])
    if (response.destroyed) return
    request.chunksSent += 1
    index += 1
    // Awaited, so that each chunk is a write of its own and a slow reader slows the server down.
    await Promise.race([new Promise<void>((resolve) => body.write(chunk, () => resolve())), request.ended])
  }
  if (answer.ending === 'cut') response.destroy()
  else if (answer.ending !== 'open') body.end()
}
