import type { ServerResponse } from 'node:http'
import { joinChunks } from '../wire/join-chunks.ts'

/** The body of a streamed answer: what is written together goes to the socket in one piece. */
export interface ChunkedBody {
  /** `false`: the client reads slowly; the response tells by `drain` when it takes more. */
  write(part: string | readonly Buffer[]): boolean
  end(): void
}

const lineEnd = '\r\n'
const lastChunk = '0\r\n\r\n'

/**
 * Takes over the framing of `transfer-encoding: chunked` (RFC 9112, 7.1) from Node, which gives four writes to the socket
 * for each chunk. The head must have been written; a client of HTTP/1.0 gets no chunks.
 */
export function chunkedBody(response: ServerResponse): ChunkedBody {
  if (!response.chunkedEncoding) {
    return {
      write: (part) => response.write(typeof part === 'string' ? part : joinChunks(part)),
      end: () => void response.end(),
    }
  }
  response.chunkedEncoding = false
  return {
    write(part) {
      if (typeof part === 'string') return response.write(textChunk(part))
      const bytes = joinChunks(part)
      if (bytes.length < longestCopy) return response.write(bytesChunk(bytes))
      response.write(chunkHead(bytes.length))
      response.write(bytes)
      return response.write(lineEnd)
    },
    end: () => void response.end(lastChunk),
  }
}

/** Bytes from which on three writes cost less than a copy. */
const longestCopy = 4_096

function chunkHead(length: number): string {
  return length.toString(16) + lineEnd
}

function textChunk(text: string): string {
  return chunkHead(Buffer.byteLength(text)) + text + lineEnd
}

function bytesChunk(bytes: Buffer): Buffer {
  const head = chunkHead(bytes.length)
  const chunk = Buffer.allocUnsafe(head.length + bytes.length + lineEnd.length)
  const at = chunk.write(head, 'latin1')
  bytes.copy(chunk, at)
  chunk.write(lineEnd, at + bytes.length, 'latin1')
  return chunk
}
