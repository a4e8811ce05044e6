import { Socket } from 'node:net'
import { Readable } from 'node:stream'
import type { ProxyServer } from 'http-proxy-3'
import type { Dispatcher } from 'undici'
import type { Config } from '../../config/schema.ts'
import { ProxyError } from '../../contract/error.ts'
import type { Upstream, UpstreamCall } from '../../contract/upstream.ts'
import { http, lazy, onDemand } from '../../on-demand.ts'
import { bytesOf } from '../../wire/text-or-bytes.ts'
import { cachedLookup } from './cached-lookup.ts'
import type { Circuit } from './circuit.ts'
import type { Budget, CallContext, CallHandlers, Contact, RunningCall } from './running-call.ts'
import { SentCall } from './upstream-call.ts'
import { type ConnectionOptions, Connections, piecesOf, type Sender } from './upstream-connections.ts'

export interface Forwarder {
  readonly contact: Readonly<Contact>
  readonly circuit: Circuit
  call(call: UpstreamCall, handlers: CallHandlers, budget?: Budget): RunningCall
  close(): void
}

export interface ForwardOptions {
  readError: Upstream['readError']
  circuit: Circuit
  config: Config
}

/**
 * Sends calls to the upstream through http-proxy-3, with undici's client as its `fetch`: that costs a third of what Node's
 * own client costs, which http-proxy-3 would use, and a fraction of what Node's fetch does.
 */
export function createForwarder({ readError, circuit, config }: ForwardOptions): Forwarder {
  const origins = new Map<string, Connections>()
  const options = connectionOptions(config)
  function connectionsTo(origin: string): Connections {
    const connections = origins.get(origin) ?? new Connections(origin, options)
    origins.set(origin, connections)
    return connections
  }

  let proxy: ProxyServer | undefined
  function send(call: UpstreamCall, sender: Sender, onError: (error: Error) => void): void {
    proxy ??= createUpstreamProxy()
    const { origin } = call.url
    const fetch = (target: unknown): Promise<Response> => {
      const path = String(target).slice(origin.length)
      connectionsTo(origin).send(() => requestOf(call, path), sender)
      return answeredElsewhere()
    }
    proxy.web(new UpstreamRequest(call), noAnswer, { target: call.url, fetch }, onError)
  }

  const contact: Contact = { answeredAt: 0, failedAt: 0 }
  const context: CallContext = { send, readError, timeouts: config.timeouts, contact }
  return {
    contact,
    circuit,
    call(call, handlers, budget) {
      const permit = circuit.enter()
      if (permit instanceof ProxyError) return refused(permit, handlers)
      return new SentCall(call, handlers, budget, permit, context)
    },
    close() {
      for (const connections of origins.values()) connections.close()
    },
  }
}

function connectionOptions({ limits, timeouts, upstream }: Config): ConnectionOptions {
  return {
    most: limits.upstream_connections,
    connect: {
      lookup: cachedLookup(),
      rejectUnauthorized: upstream.verify_tls,
      timeout: timeouts.connect,
      allowH2: false,
    },
  }
}

/** What http-proxy-3 is given has its path as it shall be asked, and its headers go beside it. */
function createUpstreamProxy(): ProxyServer {
  return onDemand['http-proxy-3']().createProxyServer({
    selfHandleResponse: true,
    prependPath: false,
    toProxy: true,
    fetchOptions: { requestOptions: { headers: {} } },
  })
}

function requestOf({ method, headers, body }: UpstreamCall, path: string): Dispatcher.DispatchOptions {
  const request = { method, path, headers: { 'accept-encoding': 'identity', ...headers } }
  const pieces = piecesOf(body)
  if (!pieces) {
    const whole = typeof body === 'object' ? body[0] : body
    return { ...request, body: whole && bytesOf(whole) }
  }
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  return { ...request, headers: { ...request.headers, 'content-length': String(length) }, body: new Pieces(pieces) }
}

/** A body in pieces. All of them are at hand, and are given in one turn: a pause would spare no memory. */
class Pieces extends Readable {
  readonly #pieces: readonly Buffer[]

  constructor(pieces: readonly Buffer[]) {
    super()
    this.#pieces = pieces
  }

  override pause(): this {
    return this
  }

  override _read(): void {
    for (const piece of this.#pieces) this.push(piece)
    this.push(null)
  }
}

/** Never connected: what is given to http-proxy-3 belongs to no client's socket. */
const idleSocket = new Socket()

/** The request as http-proxy-3 wants it: nothing of the client's own gets through that the call does not name. */
class UpstreamRequest extends http.IncomingMessage {
  constructor({ method, url }: UpstreamCall) {
    super(idleSocket)
    this.method = method
    this.url = url.pathname + url.search
  }
}

const noAnswer = new http.ServerResponse(new http.IncomingMessage(idleSocket))
/** The answer goes to the sender. What http-proxy-3 wants is Node's, whose fetch is loaded for it. */
const answeredElsewhere = lazy(() => Promise.resolve(new Response()))

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
