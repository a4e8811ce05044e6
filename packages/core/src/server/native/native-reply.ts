import type { ServerResponse } from 'node:http'
import type { Config } from '../../config/schema.ts'
import type { ProxyError } from '../../contract/error.ts'
import { proxyError } from '../../errors.ts'
import { type CallOutcome, disconnected } from '../../pipeline/call-end.ts'
import { type AnswerHeaders, headerOf } from '../../upstreams/passed-headers.ts'
import { passHeaders, sendError } from '../http/send-json.ts'
import { StreamReply } from '../http/stream-reply.ts'
import { NativeEvents } from './native-events.ts'

/** Where an answer goes that passes as it is. */
export interface NativeReply {
  /** What the answer has said of its end by itself. */
  readonly state: NativeEvents['state']
  /** The upstream has answered; nothing was written yet. Throws a ProxyError where the client cannot be told so any more. */
  begin(headers: AnswerHeaders, status: number): void
  /** `held`: nothing of it has passed yet. `full`: the client reads slowly; wait until it takes more. */
  write(chunk: Buffer): 'held' | 'passed' | 'full'
  /** The upstream's call has ended. Gives the fault of an answer that is not whole: nobody was told yet. */
  end(outcome: CallOutcome): ProxyError | undefined
  /** By status where none was sent yet, else in the way of the answer. */
  fail(error: ProxyError): void
}

/** The client's side of an answer. */
export interface NativeClient {
  response: ServerResponse
  config: Config
  /** The client takes bytes again, or has left. */
  onDrain(): void
}

/**
 * Bytes pass as they come. What breaks off breaks off for the client too, since it is not known here how its wire would
 * say so.
 */
export class BytesReply implements NativeReply {
  readonly state = 'open'
  readonly #client: NativeClient
  #draining = false

  constructor(client: NativeClient) {
    this.#client = client
    client.response.on('drain', () => this.#flowOn()).on('close', () => this.#flowOn())
  }

  begin(headers: AnswerHeaders, status: number): void {
    const { response } = this.#client
    passHeaders(headers, response)
    response.writeHead(status, { 'content-type': headerOf(headers, 'content-type') ?? 'application/octet-stream' })
    response.flushHeaders()
  }

  write(chunk: Buffer): 'passed' | 'full' {
    const { response, config } = this.#client
    // Gone, and the answer goes on without it.
    if (response.destroyed || response.write(chunk)) return 'passed'
    this.#draining = true
    response.setTimeout(config.timeouts.stalled_client)
    return 'full'
  }

  end(outcome: CallOutcome): ProxyError | undefined {
    if (outcome !== 'complete') return faultOf(outcome)
    this.#client.response.end()
    return undefined
  }

  fail(error: ProxyError): void {
    const { response } = this.#client
    if (response.headersSent) response.destroy()
    else sendError(response, error)
  }

  #flowOn(): void {
    if (!this.#draining) return
    this.#draining = false
    this.#client.response.setTimeout(0)
    this.#client.onDrain()
  }
}

/** Server-sent events of a response. They are whole where one of them says so; what breaks off is told in such events. */
class EventsReply implements NativeReply {
  readonly #events = new NativeEvents()
  readonly #reply: StreamReply

  constructor({ response, config, onDrain }: NativeClient) {
    const { heartbeat, heartbeat_after: heartbeatAfter, timeouts } = config
    this.#reply = new StreamReply(response, {
      stalledClient: timeouts.stalled_client,
      heartbeat,
      heartbeatAfter,
      onDrain,
    })
  }

  get state(): NativeEvents['state'] {
    return this.#events.state
  }

  begin(headers: AnswerHeaders): void {
    passHeaders(headers, this.#reply)
  }

  write(chunk: Buffer): 'held' | 'passed' | 'full' {
    const whole = this.#events.take(chunk)
    if (!whole) return 'held'
    return this.#reply.write(whole) ? 'passed' : 'full'
  }

  end(outcome: CallOutcome): ProxyError | undefined {
    const last = this.#events.end()
    if (last) this.#reply.write(last)
    if (this.state !== 'whole') return faultOf(outcome)
    this.#reply.end()
    return undefined
  }

  fail(error: ProxyError): void {
    if (!this.#reply.committed) return this.#reply.reject(error)
    this.#reply.write(this.#events.failure(error))
    this.#reply.end()
  }

  /** Another reply takes its place. */
  giveWay(): void {
    if (this.#reply.committed) throw noStream()
    this.#reply.end()
  }
}

/** The answer of an upstream's own Responses: events or anything else, whatever the client has asked for. */
export class ResponseReply implements NativeReply {
  readonly #client: NativeClient
  #form: BytesReply | EventsReply

  /** `wantsStream`: the client waits for events, and is told that it is not forgotten. */
  constructor(client: NativeClient, wantsStream: boolean) {
    this.#client = client
    this.#form = wantsStream && hasBody(client) ? new EventsReply(client) : new BytesReply(client)
  }

  get state(): NativeEvents['state'] {
    return this.#form.state
  }

  begin(headers: AnswerHeaders, status: number): void {
    const isStream = headerOf(headers, 'content-type')?.startsWith('text/event-stream') === true
    const asEvents = isStream && hasBody(this.#client)
    if (this.#form instanceof EventsReply && !asEvents) {
      this.#form.giveWay()
      this.#form = new BytesReply(this.#client)
    } else if (this.#form instanceof BytesReply && asEvents) {
      this.#form = new EventsReply(this.#client)
    }
    this.#form.begin(headers, status)
  }

  write(chunk: Buffer): 'held' | 'passed' | 'full' {
    return this.#form.write(chunk)
  }

  end(outcome: CallOutcome): ProxyError | undefined {
    return this.#form.end(outcome)
  }

  fail(error: ProxyError): void {
    this.#form.fail(error)
  }
}

/** A stream writes the frames of its body itself, which the answer to a HEAD must not have. */
function hasBody({ response }: NativeClient): boolean {
  return response.req.method !== 'HEAD'
}

function faultOf(outcome: CallOutcome): ProxyError {
  return typeof outcome === 'object' ? outcome : disconnected()
}

function noStream(): ProxyError {
  return proxyError('upstream_invalid_answer', 'The upstream answered with something other than a stream of events.')
}
