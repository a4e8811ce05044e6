import type { ServerResponse } from 'node:http'
import type { ProxyError } from '../../contract/error.ts'
import type { Reply } from './reply.ts'
import { sendError, setHeader } from './send-json.ts'
import { framedBytes, framedText, lastChunk, TurnBuffer } from './turn-buffer.ts'

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
export class StreamReply implements Reply {
  readonly #response: ServerResponse
  readonly #options: StreamReplyOptions
  readonly #collected = new TurnBuffer()
  /** The head was written, and whether its body goes out in chunks: to a client of HTTP/1.0 it does not. */
  #committed = false
  #chunked = false
  /** The head has gone out, with the first bytes. */
  #onItsWay = false
  #begun = false
  #ended = false
  #draining = false
  #scheduled = false
  #heartbeat: NodeJS.Timeout | undefined
  /** When something was sent last. */
  #sentAt = 0

  constructor(response: ServerResponse, options: StreamReplyOptions) {
    this.#response = response
    this.#options = options
    if (options.heartbeat > 0) this.#heartbeat = setTimeout(beat, options.heartbeatAfter, this)
    response.on('drain', () => this.#flowOn())
    response.on('close', () => {
      clearTimeout(this.#heartbeat)
      // For an answer that goes on without its client.
      this.#flowOn()
    })
  }

  get committed(): boolean {
    return this.#committed
  }

  get begun(): boolean {
    return this.#begun
  }

  setHeader(name: string, value: string): void {
    setHeader(this.#response, name, value)
  }

  write(part: string | Buffer): boolean {
    if (this.#ended) return true
    if (!this.#collected.add(part)) {
      this.flush()
      if (!this.#collected.add(part)) this.#sendAlone(part)
    }
    if (this.#collected.isFull) this.flush()
    else if (!this.#scheduled) {
      this.#scheduled = true
      process.nextTick(flush, this)
    }
    return !this.#draining
  }

  /** Sends what was collected. */
  flush(): void {
    this.#scheduled = false
    if (this.#collected.isEmpty) return
    if (this.#response.destroyed) return this.#collected.forget()
    this.#begin()
    this.#send(this.#collected.take(this.#chunked))
  }

  /** Tells a waiting client that it is not forgotten. */
  beat(): void {
    const early = this.#sentAt + this.#options.heartbeat - performance.now()
    if (this.#begun && early > 0) {
      this.#heartbeat = setTimeout(beat, Math.ceil(early), this)
      return
    }
    if (!this.#draining) {
      this.#commit()
      this.#send(framedText(keepAlive, this.#chunked))
    }
    this.#heartbeat = setTimeout(beat, this.#options.heartbeat, this)
  }

  discard(): void {
    if (!this.#begun) this.#collected.forget()
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#heartbeat)
    this.flush()
    if (this.#committed && !this.#response.destroyed) this.#response.end(this.#chunked ? lastChunk : undefined)
  }

  reject(error: ProxyError): void {
    this.#ended = true
    this.#collected.forget()
    clearTimeout(this.#heartbeat)
    sendError(this.#response, error)
  }

  destroy(): void {
    this.#response.destroy()
  }

  #flowOn(): void {
    if (!this.#draining) return
    this.#draining = false
    this.#response.setTimeout(0)
    this.#options.onDrain()
  }

  #commit(): void {
    if (this.#committed) return
    this.#committed = true
    this.#response.writeHead(200, head)
    // The framing is ours from here on.
    this.#chunked = this.#response.chunkedEncoding
    this.#response.chunkedEncoding = false
  }

  #begin(): void {
    if (!this.#begun && this.#heartbeat !== undefined) {
      clearTimeout(this.#heartbeat)
      this.#heartbeat = setTimeout(beat, this.#options.heartbeat, this)
    }
    this.#begun = true
    this.#commit()
  }

  /**
   * A text has a character for each byte. Behind its head it goes to the socket: a message's own `write` corks that, and takes
   * another turn, for each. Where the answers of earlier requests come first, the message keeps it until there is a socket.
   */
  #send(part: string | Buffer): void {
    const response = this.#response
    const socket = this.#onItsWay ? response.socket : null
    this.#onItsWay = true
    this.#sentAt = performance.now()
    const taken = socket ? socket.write(part, 'latin1') : response.write(part, 'latin1')
    if (taken || this.#draining) return
    this.#draining = true
    socket?.once('drain', () => this.#flowOn())
    // Node's own timer of the socket: it looks whether bytes still go out, so that a slow reader is no stalled one.
    this.#response.setTimeout(this.#options.stalledClient)
  }

  /** What is longer than all that is ever collected. */
  #sendAlone(part: string | Buffer): void {
    if (this.#response.destroyed) return
    this.#begin()
    this.#send(framedBytes(part, this.#chunked))
  }
}

const beat = (reply: StreamReply): void => reply.beat()
const flush = (reply: StreamReply): void => reply.flush()
