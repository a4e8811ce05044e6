import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { UpstreamCall } from '../contract/format.ts'
import { http } from '../on-demand.ts'

export interface CallEvents {
  /** Node's request was made; its socket is not known yet. */
  onRequest(clientRequest: ClientRequest): void
  onSocket(socket: Socket): void
  onResponse(response: IncomingMessage): void
}

/** Never connected: the request objects given to http-proxy-3 belong to no client's socket. */
const idleSocket = new Socket()

/** Characters from which on a body is better sent apart from its headers. */
const longText = 16 * 1024

/**
 * The request as http-proxy-3 wants it: nothing of the client's own request gets through that the call does not name. It is
 * its own body, too: that is at hand, and is written with the headers in one go, without a stream's machinery.
 */
export class CallRequest extends http.IncomingMessage {
  /** Who is told what becomes of it. */
  readonly events: CallEvents
  readonly #body: string | readonly Buffer[]

  constructor({ method, headers, body }: UpstreamCall, events: CallEvents) {
    super(idleSocket)
    this.method = method
    this.url = '/'
    this.headers = { 'accept-encoding': 'identity', ...headers }
    // A long text is encoded once, not measured and then encoded.
    const ready = typeof body === 'string' && body.length > longText ? [Buffer.from(body)] : body
    if (ready !== undefined) this.headers['content-length'] = String(lengthOf(ready))
    this.events = events
    this.#body = ready ?? ''
  }

  override pipe<Destination extends NodeJS.WritableStream>(destination: Destination): Destination {
    if (destination instanceof http.ClientRequest) this.events.onRequest(destination)
    const body = this.#body
    if (typeof body === 'string') destination.end(body)
    else sendPieces(body, destination)
    return destination
  }
}

function lengthOf(body: string | readonly Buffer[]): number {
  return typeof body === 'string' ? Buffer.byteLength(body) : body.reduce((sum, { length }) => sum + length, 0)
}

/** In one write with the headers. */
function sendPieces(pieces: readonly Buffer[], destination: NodeJS.WritableStream): void {
  if (destination instanceof http.ClientRequest) destination.cork()
  for (const piece of pieces) destination.write(piece)
  destination.end()
}

/** What http-proxy-3 would answer to, were there a client: it listens only, for the end of it, and that is not its affair. */
class NoAnswer extends http.ServerResponse {
  override on(): this {
    return this
  }
}

export const noAnswer: ServerResponse = new NoAnswer(new http.IncomingMessage(idleSocket))
