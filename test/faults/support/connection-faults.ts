import { readFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { startTestProxy } from '../../support/test-proxy.ts'
import { type Ending, endingOf } from './endings.ts'
import type { Cell } from './faults.ts'
import { cells } from './matrix.ts'
import { listen } from './raw-upstream.ts'

/** What goes wrong before a request can be sent: the same for every way to ask. */
export interface ConnectionFault {
  /** What the upstream does, as the documentation says it. */
  name: string
  server: Server
  /** What every client sees, as `shown` writes it. */
  ending: string
  /** Milliseconds of `timeouts.connect`, where they are what ends it. */
  connect?: number
}

/** For `localhost`, signed by itself; it protects nothing. */
const certificate = readFileSync(join(import.meta.dirname, 'self-signed.pem'))
export const selfSigned = { key: certificate, cert: certificate }

export const connectionFaults: readonly ConnectionFault[] = [
  {
    name: 'has a certificate that nobody vouches for',
    server: createTlsServer(selfSigned, (socket) => socket.end()),
    ending: '502 upstream_unreachable',
  },
  {
    name: 'speaks without encryption where https is configured',
    server: afterHello((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    ending: '502 upstream_unreachable',
  },
  {
    name: 'closes while encryption is agreed upon',
    server: afterHello((socket) => socket.end()),
    ending: '502 upstream_unreachable',
  },
  {
    name: 'resets while encryption is agreed upon',
    server: afterHello((socket) => socket.resetAndDestroy()),
    ending: '502 upstream_unreachable',
  },
  {
    name: 'says nothing while encryption is agreed upon',
    server: afterHello(() => {}),
    ending: '504 connect_timeout',
    connect: 300,
  },
]

/** Answers what a client says first in TLS. */
function afterHello(answer: (socket: Socket) => unknown): Server {
  return createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => answer(socket))
  })
}

/** The ending of each cell. */
export async function connectionEndings({
  server,
  connect = 7_000,
}: ConnectionFault): Promise<{ cell: Cell; ending: Ending }[]> {
  const port = await listen(server)
  const endings = cells.map(async (cell) => {
    const proxy = await startTestProxy({
      upstream: { kind: cell.kind, base_url: `https://127.0.0.1:${port}/v1` },
      circuit_breaker: { enabled: false },
      timeouts: { connect },
    })
    const { endpoint, style } = cell
    const question = { endpoint, stream: style !== 'whole', prompt: 'Speak.', mode: style }
    const ending = await endingOf(`${proxy.url}/v1`, question)
    await proxy.close()
    return { cell, ending }
  })
  const seen = await Promise.all(endings)
  server.close()
  return seen
}
