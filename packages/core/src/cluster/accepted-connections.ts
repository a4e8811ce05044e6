import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { ConnectionSource } from '../server/start-proxy.ts'

export interface AcceptedConnections extends ConnectionSource {
  /** Lets the server serve this connection. */
  accept(connection: Socket): void
}

/** The connections of a worker's server: it does not listen, but gets them from the primary. */
export function acceptedConnections(): AcceptedConnections {
  const connections = new Set<Socket>()
  let server: Server | undefined
  let onEmpty: (() => void) | undefined

  return {
    async open(given, { port }) {
      server = given
      // From this event on Node enforces the time limits of requests, and knows which connections are idle.
      server.emit('listening')
      return port
    },
    accept(connection) {
      connections.add(connection)
      connection.once('close', () => {
        connections.delete(connection)
        if (connections.size === 0) onEmpty?.()
      })
      // As Node's own HTTP server has it.
      connection.allowHalfOpen = true
      server?.emit('connection', connection)
    },
    close() {
      const { promise, resolve } = Promise.withResolvers<void>()
      onEmpty = resolve
      if (connections.size === 0) resolve()
      return promise
    },
  }
}
