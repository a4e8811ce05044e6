import type { ServerResponse } from 'node:http'
import { type Reply, sendError, setHeader } from './reply.ts'
import { lastChunk, turnBuffer, wholePart } from './turn-buffer.ts'

export interface StreamReplyOptions {
  /** Milliseconds after which a client that reads nothing is given up; 0 is never. */
  stalledClient: number
  /** The client takes bytes again, or has left. */
  onDrain(): void
  /** Milliseconds of silence after which a waiting client gets a comment; 0 is never. */
  heartbeat: number
  /** Milliseconds until the first comment, if nothing was sent until then. */
  heartbeatAfter: number
}

const head = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}
const keepAlive = ': keep-alive\n\n'

/** A server-sent stream. What is written to it are whole events, so that a comment or an error may always follow. */
export function streamReply(response: ServerResponse, options: StreamReplyOptions): Reply {
  const collected = turnBuffer()
  /** The head was written, and whether its body goes out in chunks: to a client of HTTP/1.0 it does not. */
  let committed = false
  let chunked = false
  let begun = false
  let ended = false
  let draining = false
  let scheduled = false
  let heartbeat = options.heartbeat > 0 ? setTimeout(beat, options.heartbeatAfter) : undefined

  response.on('drain', flowOn)
  response.on('close', () => {
    clearTimeout(heartbeat)
    // For an answer that goes on without its client.
    flowOn()
  })

  function flowOn(): void {
    if (!draining) return
    draining = false
    response.setTimeout(0)
    options.onDrain()
  }

  function beat(): void {
    if (!draining) {
      commit()
      send(wholePart(keepAlive, chunked))
    }
    heartbeat = setTimeout(beat, options.heartbeat)
  }

  function commit(): void {
    if (committed) return
    committed = true
    response.writeHead(200, head)
    // The framing is ours from here on.
    chunked = response.chunkedEncoding
    response.chunkedEncoding = false
  }

  /** `text`: a character for each byte. */
  function send(text: string): void {
    if (response.write(text, 'latin1') || draining) return
    draining = true
    // Node's own timer of the socket: it looks whether bytes still go out, so that a slow reader is no stalled one.
    response.setTimeout(options.stalledClient)
  }

  function begin(): void {
    if (!begun && heartbeat !== undefined) {
      clearTimeout(heartbeat)
      heartbeat = setTimeout(beat, options.heartbeat)
    }
    begun = true
    heartbeat?.refresh()
    commit()
  }

  function flush(): void {
    scheduled = false
    if (collected.isEmpty) return
    if (response.destroyed) return collected.forget()
    begin()
    send(collected.take(chunked))
  }

  /** What is longer than all that is ever collected. */
  function sendAlone(part: string | Buffer): void {
    if (response.destroyed) return
    begin()
    send(wholePart(part, chunked))
  }

  return {
    get committed() {
      return committed
    },
    get begun() {
      return begun
    },
    setHeader: (name, value) => setHeader(response, name, value),
    write(part) {
      if (ended) return true
      if (!collected.add(part)) {
        flush()
        if (!collected.add(part)) sendAlone(part)
      }
      if (collected.isFull) flush()
      else if (!scheduled) {
        scheduled = true
        process.nextTick(flush)
      }
      return !draining
    },
    discard() {
      if (!begun) collected.forget()
    },
    end() {
      if (ended) return
      ended = true
      clearTimeout(heartbeat)
      flush()
      if (committed && !response.destroyed) response.end(chunked ? lastChunk : undefined)
    },
    reject(error) {
      ended = true
      collected.forget()
      clearTimeout(heartbeat)
      sendError(response, error)
    },
    destroy: () => void response.destroy(),
  }
}
