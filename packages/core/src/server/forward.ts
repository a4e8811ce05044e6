import type { Agent } from 'node:http'
import type { Socket } from 'node:net'
import type { ProxyServer } from 'http-proxy-3'
import type { Config } from '../config/schema.ts'
import { ProxyError } from '../contract/error.ts'
import type { Upstream, UpstreamCall } from '../contract/format.ts'
import { http, onDemand } from '../on-demand.ts'
import { ChunkJoiner } from '../wire/chunk-joiner.ts'
import { cachedLookup } from './cached-lookup.ts'
import { CallRequest, noAnswer } from './call-request.ts'
import type { Circuit } from './circuit.ts'
import {
  type Budget,
  type CallContext,
  type CallHandlers,
  type Contact,
  type RunningCall,
  SentCall,
} from './upstream-call.ts'

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

/** Sends calls to the upstream through http-proxy-3, on its native path with `selfHandleResponse`. */
export function createForwarder({ readError, circuit, config }: ForwardOptions): Forwarder {
  const maxSockets = config.limits.upstream_connections
  const lookup = cachedLookup()
  const sockets = { keepAlive: true, maxSockets, maxFreeSockets: 256, scheduling: 'lifo' as const, lookup }
  const agents = new Map<string, Agent>()
  const agentOf = (protocol: string): Agent => {
    const known = agents.get(protocol)
    if (known) return known
    const { Agent } = protocol === 'https:' ? onDemand.https() : http
    const agent = new Agent(sockets)
    agents.set(protocol, agent)
    return agent
  }
  const contact: Contact = { answeredAt: 0, failedAt: 0 }
  let proxy: ProxyServer | undefined
  const context: CallContext = {
    send(request, url, fresh, onError) {
      proxy ??= createUpstreamProxy(config.upstream.verify_tls)
      const agent = fresh ? false : agentOf(url.protocol)
      proxy.web(request, noAnswer, { target: url, agent }, onError)
    },
    readError,
    timeouts: config.timeouts,
    contact,
  }

  return {
    contact,
    circuit,
    call(call, handlers, budget) {
      const passage = circuit.enter()
      if (passage instanceof ProxyError) return refused(passage, handlers)
      return new SentCall(call, handlers, budget, passage, context)
    },
    close() {
      for (const agent of agents.values()) agent.destroy()
    },
  }
}

function createUpstreamProxy(secure: boolean): ProxyServer {
  const proxy: ProxyServer = onDemand['http-proxy-3']().createProxyServer({
    selfHandleResponse: true,
    ignorePath: true,
    secure,
  })
  // The library hands back the request object it was given, which here knows its own handlers.
  proxy.on('proxyReq', (_clientRequest, request, _response, _options, socket) => {
    if (request instanceof CallRequest) request.events.onSocket(socket, joinerOf(socket))
  })
  proxy.on('proxyRes', (response, request) => {
    if (request instanceof CallRequest) request.events.onResponse(response)
  })
  return proxy
}

const joiners = new WeakMap<Socket, ChunkJoiner>()

/** Stands between what the socket reads and all who listen to it, for as long as the connection is kept. */
function joinerOf(socket: Socket): ChunkJoiner {
  const known = joiners.get(socket)
  if (known) return known
  const joiner = new ChunkJoiner()
  joiners.set(socket, joiner)
  const push = socket.push.bind(socket)
  // By `push` a stream's source gives what it has read (Node documents it for implementers): a stream in between would cost
  // every chunk of every answer, also where there is nothing to join.
  socket.push = (chunk: unknown, encoding?: BufferEncoding) =>
    push(Buffer.isBuffer(chunk) ? joiner.take(chunk) : chunk, encoding)
  return joiner
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
