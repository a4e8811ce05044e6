import { createServer, type Server, type Socket } from 'node:net'

/** One request as it came over a connection. */
export interface RawRequest {
  /** As in `POST /v1/chat/completions`. */
  line: string
  headers: ReadonlyMap<string, string>
  body: string
  /** Which connection, and which request on it; both count from 0. */
  connection: number
  turn: number
}

export interface RawUpstream {
  url: string
  port: number
  requests: RawRequest[]
  /** Connections that are open now. */
  open(): number
  close(): Promise<void>
}

/**
 * An upstream of bare TCP: `serve` writes what it likes, when it likes, byte for byte, and ends the connection as it likes.
 */
export async function startRawUpstream(
  serve: (request: RawRequest, socket: Socket) => void,
  onConnection: (socket: Socket) => void = () => {},
): Promise<RawUpstream> {
  const requests: RawRequest[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    const connection = connections
    let turn = 0
    let held: Buffer = Buffer.alloc(0)
    connections += 1
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    onConnection(socket)
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk])
      for (let found = takeRequest(held); found; found = takeRequest(held)) {
        held = found.rest
        const request = { ...found.request, connection, turn }
        turn += 1
        requests.push(request)
        serve(request, socket)
      }
    })
  })
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    open: () => sockets.size,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}

/** Listens on a free port of this machine. */
export function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}

function takeRequest(
  bytes: Buffer,
): { request: Pick<RawRequest, 'line' | 'headers' | 'body'>; rest: Buffer } | undefined {
  const head = bytes.indexOf('\r\n\r\n')
  if (head < 0) return undefined
  const [line = '', ...fields] = bytes.toString('latin1', 0, head).split('\r\n')
  const headers = new Map(
    fields.map((field): [string, string] => {
      const colon = field.indexOf(':')
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()]
    }),
  )
  const end = head + 4 + Number(headers.get('content-length') ?? 0)
  if (bytes.length < end) return undefined
  return { request: { line, headers, body: bytes.toString('utf8', head + 4, end) }, rest: bytes.subarray(end) }
}
