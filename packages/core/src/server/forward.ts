import { type ClientRequest, Agent as HttpAgent, IncomingMessage, ServerResponse } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { createProxyServer, type ProxyServer } from 'http-proxy-3'
import type { ProxyError } from '../contract/error.ts'
import type { Upstream, UpstreamCall } from '../contract/format.ts'
import { proxyError } from '../errors.ts'
import type { CallOutcome } from '../pipeline/call-end.ts'
import { decodedBody, readText } from './decoded-body.ts'
import { type PhaseLimits, phaseTimer } from './phase-timer.ts'

/** What a call tells, in this order: `onAnswer` once if there is one, `onData` any number of times, `onEnd` exactly once. */
export interface CallHandlers {
  /** A 2xx status and its headers have come. Any other status is an `onEnd` with its error. */
  onAnswer?(response: IncomingMessage): void
  onData(chunk: Buffer): void
  onEnd(outcome: CallOutcome): void
}

/** A call that is under way. */
export interface RunningCall {
  pause(): void
  resume(): void
  /** Ends it at once; no handler is called any more. */
  abort(): void
}

export interface Forwarder {
  call(call: UpstreamCall, handlers: CallHandlers): RunningCall
  close(): void
}

export interface ForwardOptions {
  /** Reads an answer whose status is not 2xx. */
  readError: Upstream['readError']
  limits: PhaseLimits
  verifyTls: boolean
  maxSockets: number
}

/**
 * Sends calls to the upstream through http-proxy-3, on its native path with `selfHandleResponse`, and watches the
 * answer's end itself: the library fires no event when an upstream dies in mid-body.
 */
export function createForwarder({ readError, limits, verifyTls, maxSockets }: ForwardOptions): Forwarder {
  const sockets = { keepAlive: true, maxSockets, maxFreeSockets: 256, scheduling: 'lifo' as const }
  const agents = { 'http:': new HttpAgent(sockets), 'https:': new HttpsAgent(sockets) }
  const proxy: ProxyServer = createProxyServer({
    selfHandleResponse: true,
    ignorePath: true,
    secure: verifyTls,
  })
  // The library hands back the request object it was given, which here knows its own handlers.
  proxy.on('proxyReq', (clientRequest, request) => {
    if (request instanceof CallRequest) request.onRequest(clientRequest)
  })
  proxy.on('proxyRes', (response, request) => {
    if (request instanceof CallRequest) request.onResponse(response)
  })

  function start(call: UpstreamCall, handlers: CallHandlers, retriesLeft: number): RunningCall {
    let ended = false
    let retried: RunningCall | undefined
    let reusedSocket = false
    let answer: Readable | undefined
    const timer = phaseTimer(limits, (error) => end(error))

    const request = new CallRequest(call, {
      onRequest(clientRequest) {
        reusedSocket = clientRequest.reusedSocket
        const { socket } = clientRequest
        if (socket?.connecting) socket.once('connect', () => timer.connected())
        else timer.connected()
      },
      onResponse(response) {
        if (ended) return void response.destroy()
        const { statusCode = 0 } = response
        if (statusCode >= 200 && statusCode < 300) return receive(response)
        void readText(decodedBody(response), errorBodyLimit).then((text) =>
          end(readError(statusCode, response.headers, text)),
        )
      },
    })
    const answering = new ServerResponse(request)

    function receive(response: IncomingMessage): void {
      const body = decodedBody(response)
      answer = body
      handlers.onAnswer?.(response)
      body.on('data', (chunk: Buffer) => {
        if (ended) return
        timer.received()
        handlers.onData(chunk)
      })
      body.on('end', () => end(isDelimited(response) ? 'complete' : 'unproven'))
      body.on('error', (error) => end(disconnected(error)))
      response.on('close', () => {
        if (!response.complete) end(disconnected())
      })
    }

    function end(outcome: CallOutcome): void {
      if (ended) return
      release()
      handlers.onEnd(outcome)
    }

    function release(): void {
      ended = true
      timer.stop()
      // What http-proxy-3 takes for "the client has left": it destroys its request.
      if (!answer?.readableEnded) answering.emit('close')
    }

    const options = {
      target: call.url,
      agent: agents[call.url.protocol === 'https:' ? 'https:' : 'http:'],
      buffer: new Body(call.body ?? ''),
    }
    proxy.web(request, answering, options, (error) => {
      if (ended) return
      if (reusedSocket && answer === undefined && retriesLeft > 0 && isStaleSocket(error)) {
        timer.stop()
        ended = true
        retried = start(call, handlers, retriesLeft - 1)
        return
      }
      end(answer ? disconnected(error) : unreachable(call.url, error))
    })

    return {
      pause() {
        if (retried) return retried.pause()
        timer.pause()
        answer?.pause()
      },
      resume() {
        if (retried) return retried.resume()
        timer.resume()
        answer?.resume()
      },
      abort() {
        if (retried) return retried.abort()
        if (!ended) release()
      },
    }
  }

  return {
    call: (call, handlers) => start(call, handlers, 1),
    close() {
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

/** Bytes of an error's body that are read. */
const errorBodyLimit = 64 * 1024

/** Never connected: the request objects given to http-proxy-3 belong to no client's socket. */
const idleSocket = new Socket()

interface CallEvents {
  onRequest(clientRequest: ClientRequest): void
  onResponse(response: IncomingMessage): void
}

/** The request as http-proxy-3 wants it: nothing of the client's own request gets through that the call does not name. */
class CallRequest extends IncomingMessage {
  readonly onRequest: CallEvents['onRequest']
  readonly onResponse: CallEvents['onResponse']

  constructor({ method, headers, body }: UpstreamCall, events: CallEvents) {
    super(idleSocket)
    this.method = method
    this.url = '/'
    this.headers = {
      'accept-encoding': 'identity',
      ...headers,
      ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    }
    this.onRequest = events.onRequest
    this.onResponse = events.onResponse
  }
}

/** A body that is at hand, or none: written with the headers in one go, without a stream's machinery. */
class Body extends Readable {
  readonly #body: string

  constructor(body: string) {
    super()
    this.#body = body
  }

  override pipe<Destination extends NodeJS.WritableStream>(destination: Destination): Destination {
    destination.end(this.#body)
    return destination
  }
}

/** Whether HTTP itself tells where the body ends. One that lasts until the socket closes may have been cut. */
function isDelimited({ headers, statusCode }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined || statusCode === 204
}

function isStaleSocket(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
}

function disconnected(cause?: unknown): ProxyError {
  const message = 'The upstream closed the connection before its answer was complete.'
  return proxyError('upstream_disconnected', message, { cause })
}

function unreachable(url: URL, error: Error): ProxyError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.message
  const message = `The upstream at ${url.origin} cannot be reached (${code}): check upstream.base_url and the network.`
  return proxyError('upstream_unreachable', message, { cause: error })
}
