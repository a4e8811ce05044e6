import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { Config } from '../config/schema.ts'
import type { ProxyError } from '../contract/error.ts'
import type { Upstream, UpstreamCall } from '../contract/format.ts'
import { type CallOutcome, disconnected } from '../pipeline/call-end.ts'
import type { ChunkJoiner } from '../wire/chunk-joiner.ts'
import { type CallEvents, CallRequest } from './call-request.ts'
import type { Passage } from './circuit.ts'
import { decodedBody, readText } from './decoded-body.ts'
import { PhaseTimer } from './phase-timer.ts'
import { answerTooLarge, codeOf, notHttp, unknownEncoding, unreachable } from './upstream-faults.ts'

/** What a call tells, in this order: `onAnswer` once if there is one, `onData` any number of times, `onEnd` exactly once. */
export interface CallHandlers {
  /** A 2xx status and its headers have come. Any other status is an `onEnd` with its error, and its `status`. */
  onAnswer?(response: IncomingMessage): void
  /** What one read of the upstream's socket gave, or one chunk where the call says that chunks matter; in the turn of that read. */
  onData(chunk: Buffer): void
  onEnd(outcome: CallOutcome, status?: number): void
}

/** Bytes that may still be held of an answer; several calls can share it. */
export interface Budget {
  left: number
  readonly limit: number
}

/** A call that is under way. */
export interface RunningCall {
  pause(): void
  resume(): void
  /**
   * Nothing more of the answer is wanted, and no handler is called any more: its end is awaited for a moment, so that the
   * connection can be kept.
   */
  finish(): void
  /** Ends it at once; no handler is called any more. */
  abort(): void
}

/** When the upstream last answered, whatever it said, and when it last could not be reached; milliseconds since 1970. */
export interface Contact {
  answeredAt: number
  failedAt: number
}

export interface CallContext {
  /** Gives the request to http-proxy-3. `fresh`: on a connection of its own. `onError`: of the request, or of its connection. */
  send(request: CallRequest, url: URL, fresh: boolean, onError: (error: Error) => void): void
  /** Reads an answer whose status is not 2xx. */
  readError: Upstream['readError']
  timeouts: Config['timeouts']
  contact: Contact
}

/** Milliseconds: for the end of an answer whose terminal event has come, and for the body of an error. */
const drainTime = 1_000
const errorBodyTime = 2_000
/** Bytes of an error's body that are read. */
const errorBodyLimit = 64 * 1024

/** Sends a call, and watches the answer's end itself: http-proxy-3 fires no event when an upstream dies in mid-body. */
export class SentCall implements RunningCall, CallEvents {
  readonly #call: UpstreamCall
  readonly #handlers: CallHandlers
  readonly #budget: Budget | undefined
  readonly #passage: Passage
  readonly #context: CallContext
  /** The kept connection of the first try was stale; this one took a new one. */
  readonly #again: boolean
  readonly #timer: PhaseTimer
  #over = false
  #flowing = false
  #connected = false
  #joiner: ChunkJoiner | undefined
  #clientRequest: ClientRequest | undefined
  #response: IncomingMessage | undefined
  #body: Readable | undefined
  #retried: SentCall | undefined

  constructor(
    call: UpstreamCall,
    handlers: CallHandlers,
    budget: Budget | undefined,
    passage: Passage,
    context: CallContext,
    again = false,
  ) {
    this.#call = call
    this.#handlers = handlers
    this.#budget = budget
    this.#passage = passage
    this.#context = context
    this.#again = again
    this.#timer = new PhaseTimer(context.timeouts, (error) => this.#fail(error))
    context.send(new CallRequest(call, this), call.url, again, (error) => this.#onError(error))
  }

  onRequest(request: ClientRequest): void {
    this.#clientRequest = request
    // A switch of protocols ends a request without a word of any other kind.
    request.once('close', () => {
      if (!this.#response) this.#fail(disconnected())
    })
  }

  onSocket(socket: Socket, joiner: ChunkJoiner): void {
    this.#joiner = joiner
    joiner.expectAnswer(this.#call.chunksMatter ?? false)
    if (!socket.connecting) return this.#onConnected()
    socket.once(this.#call.url.protocol === 'https:' ? 'secureConnect' : 'connect', () => this.#onConnected())
  }

  onResponse(response: IncomingMessage): void {
    if (this.#over) return void response.destroy()
    this.#response = response
    const { contact, readError } = this.#context
    contact.answeredAt = Date.now()
    const { statusCode: status = 0, headers } = response
    const body = decodedBody(response)
    this.#body = body
    if (status >= 200 && status < 300) {
      if (body) return this.#receive(response, body)
      this.#passage.succeed()
      return this.#end(unknownEncoding(headers['content-encoding']))
    }
    this.#timer.stop()
    void readText(body ?? response, errorBodyLimit, errorBodyTime).then((text) => {
      const error = readError(status, headers, text)
      if (status >= 500 && error.status >= 500) this.#passage.fail(error)
      else this.#passage.succeed()
      this.#end(error, status)
    })
  }

  pause(): void {
    if (this.#retried) return this.#retried.pause()
    this.#timer.pause()
    this.#body?.pause()
  }

  resume(): void {
    if (this.#retried) return this.#retried.resume()
    if (!this.#over) this.#timer.resume()
    this.#body?.resume()
  }

  finish(): void {
    if (this.#retried) return this.#retried.finish()
    if (this.#over) return
    this.#close()
    const response = this.#response
    if (!response || response.complete) return this.#cut()
    const limit = setTimeout(() => this.#cut(), drainTime).unref()
    response.once('close', () => clearTimeout(limit))
    this.#body?.resume()
  }

  abort(): void {
    if (this.#retried) return this.#retried.abort()
    if (this.#over) return
    this.#close()
    this.#passage.leave()
    this.#cut()
  }

  #onConnected(): void {
    this.#connected = true
    this.#timer.connected()
  }

  #receive(response: IncomingMessage, body: Readable): void {
    this.#handlers.onAnswer?.(response)
    const joiner = body === response && this.#call.chunksMatter ? this.#joiner : undefined
    body.on('data', (chunk: Buffer) => {
      this.#timer.received()
      if (!joiner) return this.#take(chunk)
      for (const piece of joiner.cut(chunk)) this.#take(piece)
    })
    body.on('end', () => {
      this.#passage.succeed()
      this.#end(isDelimited(response) ? 'complete' : 'unproven')
    })
    body.on('error', (error) => this.#fail(disconnected(error)))
    response.on('close', () => {
      if (!response.complete) this.#fail(disconnected())
    })
  }

  #take(chunk: Buffer): void {
    if (this.#over) return
    if (!this.#flowing) {
      this.#flowing = true
      this.#passage.succeed()
    }
    const budget = this.#budget
    if (budget) {
      budget.left -= chunk.length
      if (budget.left < 0) return this.#end(answerTooLarge(budget.limit))
    }
    this.#handlers.onData(chunk)
  }

  /** It broke on the way. */
  #fail(error: ProxyError): void {
    if (this.#over) return
    this.#context.contact.failedAt = Date.now()
    this.#passage.fail(error)
    this.#end(error)
  }

  #onError(error: Error): void {
    const response = this.#response
    // What comes behind a last chunk is not this answer's; what comes behind a content-length may well be.
    if (this.#over || (response?.complete && response.headers['transfer-encoding'] !== undefined)) return
    if (this.#clientRequest?.reusedSocket && !response && !this.#again && isStale(error)) {
      this.#close()
      this.#retried = new SentCall(this.#call, this.#handlers, this.#budget, this.#passage, this.#context, true)
      return
    }
    if (codeOf(error)?.startsWith('HPE_')) this.#fail(notHttp(error))
    else this.#fail(response || this.#connected ? disconnected(error) : unreachable(this.#call.url, error))
  }

  #end(outcome: CallOutcome, status?: number): void {
    if (this.#over) return
    this.#close()
    this.#cut()
    this.#handlers.onEnd(outcome, status)
  }

  /** Nothing is told any more. */
  #close(): void {
    this.#over = true
    this.#timer.stop()
  }

  /** Gives the connection up, or back where the answer has come to its end. */
  #cut(): void {
    const response = this.#response
    if (!response?.complete) return void this.#clientRequest?.destroy()
    if (response !== this.#body) this.#body?.destroy()
    response.unpipe()
    response.resume()
  }
}

/** Whether HTTP itself tells where the body ends. One that lasts until the socket closes may have been cut. */
function isDelimited({ headers, statusCode }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined || statusCode === 204
}

/** The upstream had closed a kept connection while the request was on its way, or had sent more than its last answer. */
function isStale(error: Error): boolean {
  const code = codeOf(error) ?? ''
  return code === 'ECONNRESET' || code === 'EPIPE' || code.startsWith('HPE_')
}
