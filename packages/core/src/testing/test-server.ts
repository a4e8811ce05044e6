import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type Answer, jsonAnswer, type SendOptions, sendAnswer } from './answer.ts'
import { type RecordedRequest, recordRequest } from './recorded-request.ts'

/** What may be set on every test server. Without any of it the server answers at once and whole. */
export interface TestServerOptions extends SendOptions {
  /** 0, the default, takes a free one. */
  port?: number
  /** How many requests are kept, the latest; by default all of them. */
  keepRequests?: number
  /** Called for every request, when its body is there and nothing is answered. A promise holds the answer back. */
  onRequest?: (request: RecordedRequest) => Promise<void> | void
  /** A whole answer by hand, byte-exact, instead of the server's own; `undefined` leaves it to the server. */
  answer?: (request: RecordedRequest) => Answer | undefined
}

export interface TestServer {
  /** `http://127.0.0.1:PORT`, without a slash at its end. */
  readonly url: string
  readonly port: number
  /** Every request so far, in the order of their coming. */
  readonly requests: readonly RecordedRequest[]
  /** How many connections are open now. */
  connections(): number
  /** Stops listening and destroys every open connection. */
  close(): Promise<void>
}

/** Starts a server on 127.0.0.1 that records what it gets and sends the answers that `respond` makes. */
export async function startTestServer(
  options: TestServerOptions,
  respond: (request: RecordedRequest) => Answer,
): Promise<TestServer> {
  const { keepRequests = Number.POSITIVE_INFINITY } = options
  const requests: RecordedRequest[] = []
  const sockets = new Set<Socket>()
  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => fail(response, error))
  })

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const ended = Promise.withResolvers<void>()
    response.on('close', ended.resolve)
    const request = await recordRequest(incoming, ended.promise)
    let cut = false
    response.on('close', () => {
      request.aborted = !response.writableFinished && !cut
    })
    requests.push(request)
    if (requests.length > keepRequests) requests.shift()
    await options.onRequest?.(request)
    const answer = options.answer?.(request) ?? respond(request)
    cut = answer.ending === 'cut'
    await sendAnswer(response, answer, request, options)
  }

  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('The test server has no port.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    connections: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** A fault of the test's own functions is answered, so that the test sees it and does not wait. */
function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  const { status = 500, headers, chunks } = jsonAnswer({ error: { message: String(error) } }, 500)
  response.writeHead(status, headers)
  response.end([...chunks].join(''))
}
