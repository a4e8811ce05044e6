import { type ClientRequest, IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { Readable } from 'node:stream'
import type { UpstreamCall } from '../contract/format.ts'

interface CallEvents {
  onRequest(clientRequest: ClientRequest): void
  onResponse(response: IncomingMessage): void
}

/** Never connected: the request objects given to http-proxy-3 belong to no client's socket. */
const idleSocket = new Socket()

/** The request as http-proxy-3 wants it: nothing of the client's own request gets through that the call does not name. */
export class CallRequest extends IncomingMessage {
  readonly onRequest: CallEvents['onRequest']
  readonly onResponse: CallEvents['onResponse']

  constructor({ method, headers, body }: UpstreamCall, events: CallEvents) {
    super(idleSocket)
    this.method = method
    this.url = '/'
    this.headers = {
      'accept-encoding': 'identity',
      ...headers,
      ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    }
    this.onRequest = events.onRequest
    this.onResponse = events.onResponse
  }
}

/** A body that is at hand: written with the headers in one go, without a stream's machinery. */
export class CallBody extends Readable {
  readonly #body: string

  constructor(body: string) {
    super()
    this.#body = body
  }

  override pipe<Destination extends NodeJS.WritableStream>(destination: Destination): Destination {
    destination.end(this.#body)
    return destination
  }
}
