import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { Config } from '../config/schema.ts'
import type { ProxyError } from '../contract/error.ts'
import type { Upstream, UpstreamCall } from '../contract/format.ts'
import { type CallOutcome, disconnected } from '../pipeline/call-end.ts'
import { CallRequest } from './call-request.ts'
import type { Passage } from './circuit.ts'
import { decodedBody, readText } from './decoded-body.ts'
import { phaseTimer } from './phase-timer.ts'
import { answerTooLarge, codeOf, notHttp, unknownEncoding, unreachable } from './upstream-faults.ts'

/** What a call tells, in this order: `onAnswer` once if there is one, `onData` any number of times, `onEnd` exactly once. */
export interface CallHandlers {
  /** A 2xx status and its headers have come. Any other status is an `onEnd` with its error, and its `status`. */
  onAnswer?(response: IncomingMessage): void
  /** The chunks that one read of the upstream's socket gave, in the turn of that read. */
  onData(chunks: readonly Buffer[]): void
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

/**
 * Sends a call, and watches the answer's end itself: http-proxy-3 fires no event when an upstream dies in mid-body.
 * `again`: the kept connection of the first try was stale; this one takes a new one.
 */
export function startCall(
  call: UpstreamCall,
  handlers: CallHandlers,
  budget: Budget | undefined,
  passage: Passage,
  context: CallContext,
  again = false,
): RunningCall {
  const { contact } = context
  let over = false
  let flowing = false
  let connected = false
  let clientRequest: ClientRequest | undefined
  let response: IncomingMessage | undefined
  let body: Readable | undefined
  let retried: RunningCall | undefined
  /** What the current read of the socket has given so far. */
  let chunks: Buffer[] = []
  const timer = phaseTimer(context.timeouts, fail)

  function onRequest(request: ClientRequest): void {
    clientRequest = request
    // A switch of protocols ends a request without a word of any other kind.
    request.once('close', () => {
      if (!response) fail(disconnected())
    })
  }

  function onSocket(socket: Socket): void {
    if (socket.connecting) socket.once(call.url.protocol === 'https:' ? 'secureConnect' : 'connect', onConnected)
    else onConnected()
  }

  function onConnected(): void {
    connected = true
    timer.connected()
  }

  function onResponse(incoming: IncomingMessage): void {
    if (over) return void incoming.destroy()
    response = incoming
    contact.answeredAt = Date.now()
    const { statusCode: status = 0, headers } = incoming
    body = decodedBody(incoming)
    if (status >= 200 && status < 300) {
      if (body) return receive(incoming, body)
      passage.succeed()
      return end(unknownEncoding(headers['content-encoding']))
    }
    timer.stop()
    void readText(body ?? incoming, errorBodyLimit, errorBodyTime).then((text) => {
      const error = context.readError(status, headers, text)
      if (status >= 500 && error.status >= 500) passage.fail(error)
      else passage.succeed()
      end(error, status)
    })
  }

  function receive(incoming: IncomingMessage, from: Readable): void {
    handlers.onAnswer?.(incoming)
    from.on('data', (chunk: Buffer) => {
      if (chunks.push(chunk) === 1) process.nextTick(deliver)
    })
    from.on('end', () => {
      deliver()
      passage.succeed()
      end(isDelimited(incoming) ? 'complete' : 'unproven')
    })
    from.on('error', (error) => fail(disconnected(error)))
    incoming.on('close', () => {
      if (!incoming.complete) fail(disconnected())
    })
  }

  /** Hands over what one read has given: a flood of small chunks costs its bytes, not its chunks. */
  function deliver(): void {
    if (over || chunks.length === 0) return
    const read = chunks
    chunks = []
    if (!flowing) {
      flowing = true
      passage.succeed()
    }
    timer.received()
    if (budget) {
      for (const { length } of read) budget.left -= length
      if (budget.left < 0) return end(answerTooLarge(budget.limit))
    }
    handlers.onData(read)
  }

  /** It broke on the way. */
  function fail(error: ProxyError): void {
    deliver()
    if (over) return
    contact.failedAt = Date.now()
    passage.fail(error)
    end(error)
  }

  function onError(error: Error): void {
    // What comes behind a last chunk is not this answer's; what comes behind a content-length may well be.
    if (over || (response?.complete && response.headers['transfer-encoding'] !== undefined)) return
    if (clientRequest?.reusedSocket && !response && !again && isStale(error)) {
      over = true
      timer.stop()
      retried = startCall(call, handlers, budget, passage, context, true)
      return
    }
    if (codeOf(error)?.startsWith('HPE_')) fail(notHttp(error))
    else fail(response || connected ? disconnected(error) : unreachable(call.url, error))
  }

  function end(outcome: CallOutcome, status?: number): void {
    if (over) return
    over = true
    timer.stop()
    cut()
    handlers.onEnd(outcome, status)
  }

  /** Gives the connection up, or back where the answer has come to its end. */
  function cut(): void {
    if (!response?.complete) return void clientRequest?.destroy()
    if (response !== body) body?.destroy()
    response.unpipe()
    response.resume()
  }

  const request = new CallRequest(call, { onRequest, onSocket, onResponse })
  context.send(request, call.url, again, onError)

  return {
    pause() {
      if (retried) return retried.pause()
      timer.pause()
      body?.pause()
    },
    resume() {
      if (retried) return retried.resume()
      if (!over) timer.resume()
      body?.resume()
    },
    finish() {
      if (retried) return retried.finish()
      if (over) return
      over = true
      timer.stop()
      if (!response || response.complete) return cut()
      const limit = setTimeout(cut, drainTime).unref()
      response.once('close', () => clearTimeout(limit))
      body?.resume()
    },
    abort() {
      if (retried) return retried.abort()
      if (over) return
      over = true
      timer.stop()
      passage.leave()
      cut()
    },
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
