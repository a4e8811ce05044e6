import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { UpstreamCall } from '../contract/format.ts'
import { http } from '../on-demand.ts'
import type { ChunkJoiner } from '../wire/chunk-joiner.ts'
import { endWith } from './end-with.ts'

export interface CallEvents {
  /** Node's request was made; its socket is not known yet. */
  onRequest(clientRequest: ClientRequest): void
  /** `joiner`: of what the socket reads. */
  onSocket(socket: Socket, joiner: ChunkJoiner): void
  onResponse(response: IncomingMessage): void
}

/** Never connected: the request objects given to http-proxy-3 belong to no client's socket. */
const idleSocket = new Socket()

/**
 * The request as http-proxy-3 wants it: nothing of the client's own request gets through that the call does not name. It is
 * its own body, too: that is at hand, and is written with the headers in one go, without a stream's machinery.
 */
export class CallRequest extends http.IncomingMessage {
  /** Who is told what becomes of it. */
  readonly events: CallEvents
  readonly #body: readonly Buffer[]

  constructor({ method, headers, body }: UpstreamCall, events: CallEvents) {
    super(idleSocket)
    this.method = method
    this.url = '/'
    this.headers = { 'accept-encoding': 'identity', ...headers }
    this.#body = typeof body === 'string' ? [Buffer.from(body)] : (body ?? [])
    if (body !== undefined)
      this.headers['content-length'] = String(this.#body.reduce((sum, { length }) => sum + length, 0))
    this.events = events
  }

  override pipe<Destination extends NodeJS.WritableStream>(destination: Destination): Destination {
    if (!(destination instanceof http.ClientRequest)) throw new TypeError('http-proxy-3 sends requests only')
    this.events.onRequest(destination)
    const [first] = this.#body
    if (first && this.#body.length === 1) endWith(destination, first)
    else sendPieces(this.#body, destination)
    return destination
  }
}

/** In one write with the headers. */
function sendPieces(pieces: readonly Buffer[], request: ClientRequest): void {
  request.cork()
  for (const piece of pieces) request.write(piece)
  request.end()
}

/** What http-proxy-3 would answer to, were there a client: it listens only, for the end of it, and that is not its affair. */
class NoAnswer extends http.ServerResponse {
  override on(): this {
    return this
  }
}

export const noAnswer: ServerResponse = new NoAnswer(new http.IncomingMessage(idleSocket))
