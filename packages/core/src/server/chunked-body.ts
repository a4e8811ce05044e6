import type { ServerResponse } from 'node:http'
import { joinChunks, useJoined } from '../wire/join-chunks.ts'

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
 * for each chunk. Bytes become text that has a character for each of them, which is what Node makes of them least dearly. The
 * head must have been written; a client of HTTP/1.0 gets no chunks.
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
      if (typeof part === 'string') return response.write(framed(Buffer.byteLength(part), part))
      return useJoined(part, (bytes) => response.write(framed(bytes.length, bytes.toString('latin1')), 'latin1'))
    },
    end: () => void response.end(lastChunk),
  }
}

function framed(length: number, text: string): string {
  return length.toString(16) + lineEnd + text + lineEnd
}
