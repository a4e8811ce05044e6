import type { ServerResponse } from 'node:http'
import type { ProxyError } from '../contract/error.ts'
import { errorBody } from '../errors.ts'

export interface ReplyOptions {
  /** Milliseconds of silence after which a streaming client gets a comment; 0 is never. */
  heartbeat: number
  /** Milliseconds after which a client that reads nothing is given up; 0 is never. */
  stalledClient: number
  onDrain(): void
  /** The client has left, or reads nothing, before the answer was whole. */
  onGone(): void
}

/** The answer to one client: status and headers wait for the first byte, what comes in one turn is written once. */
export interface Reply {
  /** The status line has gone out: a fault can only be told in-band. */
  readonly committed: boolean
  setHeader(name: string, value: string): void
  /** `false`: the client reads slowly; wait for `onDrain`. */
  write(chunk: string | Buffer): boolean
  end(): void
  /** An error as the whole answer, with its own status. Only while nothing is committed. */
  reject(error: ProxyError): void
}

const keepAlive = ': keep-alive\n\n'
/** Characters or bytes that are collected at most before they are written. */
const coalesceLimit = 64 * 1024

/** A server-sent stream. */
export function streamReply(response: ServerResponse, options: ReplyOptions): Reply {
  let committed = false
  let ended = false
  let draining = false
  let scheduled = false
  let text = ''
  let bytes: Buffer[] = []
  let length = 0
  let stallTimer: NodeJS.Timeout | undefined
  const heartbeat =
    options.heartbeat > 0 ? setInterval(() => draining || send(keepAlive), options.heartbeat).unref() : undefined

  response.on('drain', () => {
    draining = false
    clearTimeout(stallTimer)
    options.onDrain()
  })
  response.on('close', () => {
    clearInterval(heartbeat)
    clearTimeout(stallTimer)
    if (!response.writableFinished) options.onGone()
  })

  function send(chunk: string | Buffer): void {
    if (!committed) {
      committed = true
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
      })
    }
    heartbeat?.refresh()
    if (response.write(chunk) || draining) return
    draining = true
    if (options.stalledClient > 0) stallTimer = setTimeout(() => response.destroy(), options.stalledClient)
  }

  function flush(): void {
    scheduled = false
    if (length === 0 || response.destroyed) return
    const chunk = bytes.length === 0 ? text : bytes.length === 1 && bytes[0] ? bytes[0] : Buffer.concat(bytes)
    text = ''
    bytes = []
    length = 0
    send(chunk)
  }

  return {
    get committed() {
      return committed
    },
    setHeader(name, value) {
      if (!committed) response.setHeader(name, value)
    },
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
    end() {
      if (ended) return
      ended = true
      clearInterval(heartbeat)
      flush()
      if (committed) response.end()
    },
    reject(error) {
      ended = true
      length = 0
      clearInterval(heartbeat)
      sendError(response, error)
    },
  }
}

/** One JSON text, sent when it is whole. */
export function completeReply(response: ServerResponse, options: Pick<ReplyOptions, 'onGone'>): Reply {
  const chunks: (string | Buffer)[] = []
  let ended = false
  response.on('close', () => {
    if (!response.writableFinished) options.onGone()
  })
  return {
    get committed() {
      return response.headersSent
    },
    setHeader(name, value) {
      if (!response.headersSent) response.setHeader(name, value)
    },
    write(chunk) {
      chunks.push(chunk)
      return true
    },
    end() {
      if (ended) return
      ended = true
      const [only] = chunks
      const body =
        chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks.map((chunk) => Buffer.from(chunk)))
      sendJsonText(response, 200, body)
    },
    reject(error) {
      ended = true
      sendError(response, error)
    },
  }
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  sendJsonText(response, status, JSON.stringify(value))
}

export function sendError(response: ServerResponse, error: ProxyError): void {
  if (response.headersSent || response.destroyed) return
  for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value)
  sendJson(response, error.status, errorBody(error))
}

/** A JSON text that is at hand. */
export function sendJsonText(response: ServerResponse, status: number, body: string | Buffer): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
