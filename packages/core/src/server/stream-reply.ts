import type { ServerResponse } from 'node:http'
import { type ChunkedBody, chunkedBody } from './chunked-body.ts'
import { type Reply, sendError, setHeader } from './reply.ts'

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
/** Characters or bytes that are collected at most before they are written. */
const coalesceLimit = 64 * 1024

/** A server-sent stream. What is written to it are whole events, so that a comment or an error may always follow. */
export function streamReply(response: ServerResponse, options: StreamReplyOptions): Reply {
  /** Absent until the head was written. */
  let body: ChunkedBody | undefined
  let begun = false
  let ended = false
  let draining = false
  let scheduled = false
  let text = ''
  let bytes: Buffer[] = []
  let length = 0
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
    if (!draining) send(keepAlive)
    heartbeat = setTimeout(beat, options.heartbeat)
  }

  function open(): ChunkedBody {
    response.writeHead(200, head)
    return chunkedBody(response)
  }

  function send(part: string | readonly Buffer[]): void {
    body ??= open()
    if (body.write(part) || draining) return
    draining = true
    // Node's own timer of the socket: it looks whether bytes still go out, so that a slow reader is no stalled one.
    response.setTimeout(options.stalledClient)
  }

  function flush(): void {
    scheduled = false
    if (length === 0) return
    const part = bytes.length === 0 ? text : bytes
    forget()
    if (response.destroyed) return
    if (!begun && heartbeat !== undefined) {
      clearTimeout(heartbeat)
      heartbeat = setTimeout(beat, options.heartbeat)
    }
    begun = true
    heartbeat?.refresh()
    send(part)
  }

  function forget(): void {
    text = ''
    bytes = []
    length = 0
  }

  return {
    get committed() {
      return body !== undefined
    },
    get begun() {
      return begun
    },
    setHeader: (name, value) => setHeader(response, name, value),
    write(chunk) {
      if (ended) return true
      if (typeof chunk === 'string' && bytes.length === 0) text += chunk
      else {
        if (text !== '') bytes.push(Buffer.from(text))
        text = ''
        bytes.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
      }
      length += chunk.length
      if (length >= coalesceLimit) flush()
      else if (!scheduled) {
        scheduled = true
        process.nextTick(flush)
      }
      return !draining
    },
    discard() {
      if (!begun) forget()
    },
    end() {
      if (ended) return
      ended = true
      clearTimeout(heartbeat)
      flush()
      if (!response.destroyed) body?.end()
    },
    reject(error) {
      ended = true
      forget()
      clearTimeout(heartbeat)
      sendError(response, error)
    },
    destroy: () => void response.destroy(),
  }
}
