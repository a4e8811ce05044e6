import { Socket } from 'node:net'
import type { buildConnector, Client, Dispatcher } from 'undici'
import type { UpstreamCall } from '../../contract/upstream.ts'
import { onDemand } from '../../on-demand.ts'
import { ChunkJoiner } from '../../wire/chunk-joiner.ts'
import { codeOf } from './upstream-faults.ts'

/** Makes a request for each time that it is sent: a body in pieces can be read once. */
export type RequestMaker = () => Dispatcher.DispatchOptions

/** Who sends a request over a connection, and is told of its answer. */
export interface Sender extends Dispatcher.DispatchHandler {
  /** All connections are in use. The request goes out when one is free, unless its sender has left the queue by then. */
  onQueued(queue: Pick<Connections, 'leave'>): void
  /** The request goes out over this connection, as soon as that stands. */
  onConnection(connection: Connection): void
}

export interface ConnectionOptions {
  /** How many there may be at the same time. */
  most: number
  connect: buildConnector.BuildOptions
}

/** Milliseconds after which an idle connection is closed, where the upstream names no time: less than servers wait. */
const idleTime = 55_000
/** Milliseconds for the news to come that the upstream had closed a connection: a round trip, over whatever network. */
const longestNotice = 1_000
/** Idle ones that are kept. */
const mostIdle = 256
/**
 * Where each read of a socket goes first, as much as the system gives at a time. Node by itself takes as much memory anew for
 * each, and once more for what was read; copied to where small buffers lie together, a chunk costs a fraction of that.
 */
const readMemory = Buffer.allocUnsafeSlow(64 * 1024)

/** The pieces of a body, where it is in several. */
export function piecesOf(body: UpstreamCall['body']): readonly Buffer[] | undefined {
  return typeof body === 'object' && body.length > 1 ? body : undefined
}

/** The connections to one origin. The one that was used last is used next: the others may end for want of use. */
export class Connections {
  readonly #origin: string
  readonly #options: ConnectionOptions
  readonly #idle: Connection[] = []
  /** First come, first served. */
  readonly #queue = new Map<Sender, RequestMaker>()
  /** The last TLS session, which shortens the handshake of the next connection. */
  session: Buffer | undefined
  #count = 0
  #closed = false

  constructor(origin: string, options: ConnectionOptions) {
    this.#origin = origin
    this.#options = options
  }

  /** Sends a request over an idle connection or a new one, or as soon as there may be one. */
  send(request: RequestMaker, sender: Sender): void {
    const connection = this.#idle.pop() ?? this.#create()
    if (connection) return connection.send(request, sender)
    this.#queue.set(sender, request)
    sender.onQueued(this)
  }

  /** A sender wants no connection any more: its request, and the body of it, is not kept. */
  leave(sender: Sender): void {
    this.#queue.delete(sender)
  }

  /** Takes a connection back whose request has ended. */
  release(connection: Connection): void {
    const next = this.#takeFromQueue()
    if (next) return connection.send(next.request, next.sender)
    if (!this.#closed && this.#idle.length < mostIdle) return void this.#idle.push(connection)
    this.#count -= 1
    connection.close()
  }

  /** Forgets a connection that was given up. */
  forget(): void {
    this.#count -= 1
    const next = this.#takeFromQueue()
    if (next) this.send(next.request, next.sender)
  }

  /** Closes the idle ones now, and each of the others when its request has ended. */
  close(): void {
    this.#closed = true
    for (const connection of this.#idle.splice(0)) connection.close()
  }

  #create(): Connection | undefined {
    if (this.#count >= this.#options.most) return undefined
    this.#count += 1
    return new Connection(this.#origin, this.#options.connect, this)
  }

  #takeFromQueue(): { request: RequestMaker; sender: Sender } | undefined {
    for (const [sender, request] of this.#queue) {
      this.#queue.delete(sender)
      return { sender, request }
    }
    return undefined
  }
}

/** A connection that carries one request after the other. It is made anew by itself where it has ended meanwhile. */
export class Connection {
  /** Joins the chunks of what the socket reads. */
  readonly joiner = new ChunkJoiner()
  readonly #owner: Connections
  readonly #client: Client
  #request: RequestMaker | undefined
  #socket: Socket | undefined
  /** Requests that went over the socket. */
  #carried = 0
  /** When the last of them was sent, and whether something came back for it. */
  #sentAt = 0
  #answered = false
  /** While undici is told of a read: what that gave, `null` from when it has taken it. */
  #fresh: Buffer | null | undefined

  constructor(origin: string, connect: buildConnector.BuildOptions, owner: Connections) {
    this.#owner = owner
    this.#client = new (onDemand.undici().Client)(origin, {
      connect: (target, callback) => {
        const onread = { buffer: readMemory, callback: (length: number) => this.#read(length) }
        const connector = onDemand.undici().buildConnector({ ...connect, onread, session: owner.session })
        // It gives the socket at once, though its type does not say so.
        const socket: unknown = connector(target, callback)
        if (socket instanceof Socket) this.#begin(socket)
      },
      // Each phase is timed by the call itself.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: idleTime,
    })
  }

  /**
   * The request is not the first over its socket, and was sent just now: the upstream may have closed the connection before
   * that. One that works on an answer and dies takes longer.
   */
  get mayBeStale(): boolean {
    return this.#carried > 1 && performance.now() - this.#sentAt < longestNotice
  }

  /** Something has come since the request was sent. */
  get hasAnswered(): boolean {
    return this.#answered
  }

  /** What ended the socket, other than HTTP itself. */
  get failure(): Error | undefined {
    const error = this.#socket?.errored
    return error && codeOf(error) !== 'UND_ERR_INFO' ? error : undefined
  }

  /** The upstream has ended it. */
  get hasEnded(): boolean {
    return this.#socket?.readableEnded ?? false
  }

  send(request: RequestMaker, sender: Sender): void {
    this.#request = request
    sender.onConnection(this)
    this.#client.dispatch(request(), sender)
  }

  /** Sends the same request again: the socket has ended, and is made anew. */
  sendAgain(sender: Sender): void {
    if (this.#request) this.send(this.#request, sender)
  }

  /** A call's request is written next: where its body is in pieces, all of them at once. */
  begin({ body, chunksMatter = false }: Pick<UpstreamCall, 'body' | 'chunksMatter'>): void {
    this.#carried += 1
    this.#sentAt = performance.now()
    this.#answered = false
    this.joiner.expectAnswer(chunksMatter)
    const socket = this.#socket
    if (!socket || !piecesOf(body)) return
    socket.cork()
    setImmediate(() => socket.uncork())
  }

  /** The request has ended. */
  release(): void {
    this.#request = undefined
    this.#owner.release(this)
  }

  /** Ends it, also where it does not stand yet. */
  giveUp(): void {
    void this.#client.destroy()
    this.#socket?.destroy()
    this.#owner.forget()
  }

  close(): void {
    void this.#client.close()
  }

  #begin(socket: Socket): void {
    this.#socket = socket
    this.#carried = 0
    const read = socket.read.bind(socket)
    socket.read = (size) => {
      const fresh = this.#fresh
      if (fresh === undefined) return read(size)
      this.#fresh = null
      return fresh
    }
    socket.on('session', (session: Buffer) => {
      this.#owner.session = session
    })
  }

  /**
   * What the socket reads goes through the joiner before anybody else has it, and to undici in the same turn: through the
   * stream's own buffer it would be in the next. That is for what undici does not want yet. `false`: enough for now.
   */
  #read(length: number): boolean {
    const socket = this.#socket
    if (!socket) return false
    this.#answered = true
    const bytes = this.joiner.take(Buffer.from(readMemory.subarray(0, length)))
    if (bytes.length === 0) return true
    if (socket.readableLength > 0) return socket.push(bytes)
    const left = this.#tell(socket, bytes)
    return left === null || socket.push(left)
  }

  /** Tells undici of what a read gave; gives back what it did not take. */
  #tell(socket: Socket, bytes: Buffer): Buffer | null {
    this.#fresh = bytes
    try {
      socket.emit('readable')
      return this.#fresh
    } finally {
      this.#fresh = undefined
    }
  }
}
