import { proxyError } from '../../errors.ts'
import { OpenExchange } from '../exchange/open-exchange.ts'
import { tuneGarbageCollection } from '../garbage-collection.ts'
import type { Service } from '../service.ts'
import { shuttingDown } from '../shutting-down.ts'
import type { CountedRequest, Incoming } from './route.ts'

/** Serves a request that keeps the upstream busy: within the limits, and no longer than its client waits. */
export async function serveCounted(
  id: string,
  incoming: Incoming,
  service: Service,
  serve: (counted: CountedRequest) => Promise<void>,
): Promise<void> {
  const { request, response, live } = incoming
  const { timeouts } = service.app.config
  if (live.closing) throw shuttingDown()
  if (live.count >= live.capacity) throw tooMany(live.capacity)

  const exchange = new OpenExchange(id, timeouts.total)
  let stalled = false
  response.on('timeout', () => {
    stalled = true
    response.destroy()
  })
  response.on('close', () => {
    if (response.writableFinished || exchange.survivesClient) return
    exchange.interrupt(stalled ? stalledClient(timeouts.stalled_client) : clientLeft())
  })
  if (response.socket === null) {
    // A pipelined request: Node tells its answer nothing of a connection that closes before its turn has come.
    request.socket.once('close', () => {
      if (response.socket === null) response.emit('close')
    })
  }

  live.count += 1
  tuneGarbageCollection(live.count)
  service.enter(exchange)
  try {
    await serve({ ...incoming, exchange })
  } finally {
    live.count -= 1
    exchange.close()
    service.leave(exchange)
    // The rest is sent as the client reads: one that reads nothing is dropped.
    if (response.writableLength > 0) response.setTimeout(timeouts.stalled_client)
  }
}

function tooMany(limit: number): Error {
  const message = `The proxy serves ${limit} requests already (limits.exchanges): ask again in a moment.`
  return proxyError('too_many_requests', message, { headers: { 'retry-after': '1' } })
}

function clientLeft() {
  return proxyError('client_closed_request', 'The client left before the answer was whole.')
}

function stalledClient(limit: number) {
  const message = `The client read nothing for ${limit} ms (timeouts.stalled_client).`
  return proxyError('client_closed_request', message)
}
