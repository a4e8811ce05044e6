import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { proxyError } from '../../errors.ts'
import { refuseConnection } from './broken-request.ts'

/** Answers connections past the limit, and requests for a tunnel, with an error of the usual form, and closes them. */
export function guardConnections(server: Server, limit: number): void {
  let open = 0
  // Before Node's own listener: it would begin to parse.
  server.prependListener('connection', (socket: Socket) => {
    open += 1
    socket.once('close', () => {
      open -= 1
    })
    if (open <= limit) return
    const message = `The proxy has ${limit} open connections already (limits.connections): ask again in a moment.`
    refuseConnection(proxyError('too_many_connections', message, { headers: { 'retry-after': '1' } }), socket)
  })
  server.on('connect', (_request, socket) => {
    refuseConnection(proxyError('method_not_allowed', 'This proxy opens no tunnels: CONNECT is not allowed.'), socket)
  })
}
