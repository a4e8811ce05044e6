import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, ServerResponse } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Readable } from 'node:stream'
import { createProxyServer, type ProxyServer } from 'http-proxy-3'
import type { Config } from '../config/schema.ts'
import { ProxyError } from '../contract/error.ts'
import type { Upstream, UpstreamCall } from '../contract/format.ts'
import type { CallOutcome } from '../pipeline/call-end.ts'
import { CallBody, CallRequest } from './call-request.ts'
import type { Circuit, Passage } from './circuit.ts'
import { decodedBody, readText } from './decoded-body.ts'
import { phaseTimer } from './phase-timer.ts'
import { answerTooLarge, codeOf, disconnected, notHttp, unknownEncoding, unreachable } from './upstream-faults.ts'

/** What a call tells, in this order: `onAnswer` once if there is one, `onData` any number of times, `onEnd` exactly once. */
export interface CallHandlers {
  /** A 2xx status and its headers have come. Any other status is an `onEnd` with its error, and its `status`. */
  onAnswer?(response: IncomingMessage): void
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

export interface Forwarder {
  readonly contact: Readonly<Contact>
  readonly circuit: Circuit
  call(call: UpstreamCall, handlers: CallHandlers, budget?: Budget): RunningCall
  close(): void
}

export interface ForwardOptions {
  /** Reads an answer whose status is not 2xx. */
  readError: Upstream['readError']
  circuit: Circuit
  config: Config
}

/** Milliseconds: for the end of an answer whose terminal event has come, and for the body of an error. */
const drainTime = 1_000
const errorBodyTime = 2_000
/** Bytes of an error's body that are read. */
const errorBodyLimit = 64 * 1024

/**
 * Sends calls to the upstream through http-proxy-3, on its native path with `selfHandleResponse`, and watches the
 * answer's end itself: the library fires no event when an upstream dies in mid-body.
 */
export function createForwarder({ readError, circuit, config }: ForwardOptions): Forwarder {
  const maxSockets = config.limits.upstream_connections
  const sockets = { keepAlive: true, maxSockets, maxFreeSockets: 256, scheduling: 'lifo' as const }
  const agents = { 'http:': new HttpAgent(sockets), 'https:': new HttpsAgent(sockets) }
  const contact: Contact = { answeredAt: 0, failedAt: 0 }
  const proxy: ProxyServer = createProxyServer({
    selfHandleResponse: true,
    ignorePath: true,
    secure: config.upstream.verify_tls,
  })
  // The library hands back the request object it was given, which here knows its own handlers.
  proxy.on('proxyReq', (clientRequest, request) => {
    if (request instanceof CallRequest) request.onRequest(clientRequest)
  })
  proxy.on('proxyRes', (response, request) => {
    if (request instanceof CallRequest) request.onResponse(response)
  })

  /** `again`: the kept connection of the first try was stale; this one takes a new one. */
  function start(
    call: UpstreamCall,
    handlers: CallHandlers,
    budget: Budget | undefined,
    passage: Passage,
    again: boolean,
  ): RunningCall {
    const encrypted = call.url.protocol === 'https:'
    let over = false
    let flowing = false
    let connected = false
    let reusedSocket = false
    let response: IncomingMessage | undefined
    let body: Readable | undefined
    let retried: RunningCall | undefined
    const timer = phaseTimer(config.timeouts, fail)

    const request = new CallRequest(call, { onRequest, onResponse })
    const answering = new ServerResponse(request)

    function onRequest(clientRequest: ClientRequest): void {
      const { socket } = clientRequest
      reusedSocket = clientRequest.reusedSocket
      // A switch of protocols ends a request without a word of any other kind.
      clientRequest.once('close', () => {
        if (!response) fail(disconnected())
      })
      if (socket?.connecting) socket.once(encrypted ? 'secureConnect' : 'connect', onConnected)
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
        const error = readError(status, headers, text)
        if (status >= 500 && error.status >= 500) passage.fail(error)
        else passage.succeed()
        end(error, status)
      })
    }

    function receive(incoming: IncomingMessage, from: Readable): void {
      handlers.onAnswer?.(incoming)
      from.on('data', (chunk: Buffer) => {
        if (over) return
        if (!flowing) {
          flowing = true
          passage.succeed()
        }
        timer.received()
        if (budget) {
          budget.left -= chunk.length
          if (budget.left < 0) return end(answerTooLarge(budget.limit))
        }
        handlers.onData(chunk)
      })
      from.on('end', () => {
        passage.succeed()
        end(isDelimited(incoming) ? 'complete' : 'unproven')
      })
      from.on('error', (error) => fail(disconnected(error)))
      incoming.on('close', () => {
        if (!incoming.complete) fail(disconnected())
      })
    }

    /** It broke on the way. */
    function fail(error: ProxyError): void {
      if (over) return
      contact.failedAt = Date.now()
      passage.fail(error)
      end(error)
    }

    function brokenCall(error: Error): ProxyError {
      if (codeOf(error)?.startsWith('HPE_')) return notHttp(error)
      return response || connected ? disconnected(error) : unreachable(call.url, error)
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
      // What http-proxy-3 takes for "the client has left": it destroys its request.
      if (!response?.complete) return void answering.emit('close')
      if (response !== body) body?.destroy()
      response.unpipe()
      response.resume()
    }

    const options = {
      target: call.url,
      agent: again ? false : agents[encrypted ? 'https:' : 'http:'],
      // Without one, http-proxy-3 would wait for the body of a request that has none.
      buffer: new CallBody(call.body ?? ''),
    }
    proxy.web(request, answering, options, (error) => {
      // What comes behind a last chunk is not this answer's; what comes behind a content-length may well be.
      if (over || (response?.complete && response.headers['transfer-encoding'] !== undefined)) return
      if (reusedSocket && !response && !again && isStale(error)) {
        over = true
        timer.stop()
        retried = start(call, handlers, budget, passage, true)
        return
      }
      fail(brokenCall(error))
    })

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

  return {
    contact,
    circuit,
    call(call, handlers, budget) {
      const passage = circuit.enter()
      return passage instanceof ProxyError ? refused(passage, handlers) : start(call, handlers, budget, passage, false)
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

/** A call that the circuit breaker keeps back. Its end is told when the caller holds it. */
function refused(error: ProxyError, handlers: CallHandlers): RunningCall {
  let over = false
  const stop = (): void => {
    over = true
  }
  process.nextTick(() => {
    if (!over) handlers.onEnd(error)
  })
  return { pause: () => {}, resume: () => {}, finish: stop, abort: stop }
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
