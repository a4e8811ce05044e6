import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { createProxyServer, type ProxyServer } from 'http-proxy-3'
import type { Config } from '../config/schema.ts'
import { ProxyError } from '../contract/error.ts'
import type { Upstream, UpstreamCall } from '../contract/format.ts'
import { CallRequest, noAnswer } from './call-request.ts'
import type { Circuit } from './circuit.ts'
import {
  type Budget,
  type CallContext,
  type CallHandlers,
  type Contact,
  type RunningCall,
  startCall,
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
  const sockets = { keepAlive: true, maxSockets, maxFreeSockets: 256, scheduling: 'lifo' as const }
  const agents = { 'http:': new HttpAgent(sockets), 'https:': new HttpsAgent(sockets) }
  const contact: Contact = { answeredAt: 0, failedAt: 0 }
  const proxy: ProxyServer = createProxyServer({
    selfHandleResponse: true,
    ignorePath: true,
    secure: config.upstream.verify_tls,
  })
  // The library hands back the request object it was given, which here knows its own handlers.
  proxy.on('proxyReq', (_clientRequest, request, _response, _options, socket) => {
    if (request instanceof CallRequest) request.onSocket(socket)
  })
  proxy.on('proxyRes', (response, request) => {
    if (request instanceof CallRequest) request.onResponse(response)
  })
  const context: CallContext = {
    send(request, url, fresh, onError) {
      const agent = fresh ? false : agents[url.protocol === 'https:' ? 'https:' : 'http:']
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
      return startCall(call, handlers, budget, passage, context)
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
