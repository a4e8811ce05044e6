import { createServer, type Server, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ProxyError } from '../contract/error.ts'
import { proxyError } from '../errors.ts'
import { refuseConnection } from '../server/http/broken-request.ts'
import { shuttingDown } from '../server/shutting-down.ts'
import { within } from '../within.ts'
import { WorkerGone, type WorkerHandle } from './worker-handle.ts'

/** As much of a worker as the dispatcher needs. */
export type Receiver = Pick<WorkerHandle, 'call'>

/** Listens on the port of all workers, and hands each connection to the worker whose turn it is. */
export interface ConnectionDispatcher {
  readonly port: number
  /** The worker gets connections from now on. */
  add(worker: Receiver): void
  /** The worker gets no more connections. What it is sent after this call arrives behind its last one. */
  remove(worker: Receiver): void
  /**
   * Closes the port. Connections that no worker has get 503. Resolves when those answers are written and every
   * connection that is on its way has been accepted by its worker, or the worker has ended.
   */
  close(): Promise<void>
}

export interface DispatcherOptions {
  host: string
  /** 0 picks a free port. */
  port: number
  /** How many connections may wait for a worker; more are reset. */
  limit: number
  /** Milliseconds that a connection waits for a worker before it gets 503. */
  longestWait?: number
  /** Milliseconds after which a worker that has not accepted a connection is asked whether it got it. */
  doubt?: number
}

/** Milliseconds to write the answer of a connection that is refused. */
const farewell = 500

/** Milliseconds to accept what the system has accepted before the port is closed. */
const longestDrain = 100

/**
 * Resolves when the port is open. Connections wait until there is a worker. Rejects with Node's error (EADDRINUSE...).
 *
 * The primary accepts and hands over itself, and keeps its own descriptor until the worker has answered. In the round
 * robin of node:cluster a connection on its way to a worker that dies is lost, and its descriptor with it. A listening
 * socket that the workers share (SCHED_NONE, SO_REUSEPORT) leaves the choice to the kernel, which may give one worker
 * most of the few and long streams that a proxy has; SO_REUSEPORT also hides that another process has the port.
 */
export async function listenForWorkers(options: DispatcherOptions): Promise<ConnectionDispatcher> {
  const { limit, longestWait = 5_000, doubt = 1_000 } = options
  const workers = new Set<Receiver>()
  /** The workers without a connection on its way to them, in the order of their turns. */
  const ready = new Set<Receiver>()
  /** Accepted connections that no worker has been handed. */
  const waiting = new Set<Socket>()
  const handingOver = new Set<Promise<void>>()
  const refusing = new Set<Promise<void>>()
  let closing = false
  let count = 0

  function dispatch(): void {
    for (const worker of ready) {
      const [socket] = waiting
      if (!socket) return
      waiting.delete(socket)
      ready.delete(worker)
      during(handingOver, handOver(socket, worker))
    }
  }

  async function handOver(socket: Socket, worker: Receiver): Promise<void> {
    try {
      await accepted(worker, socket, doubt)
      socket.destroy()
    } catch (error) {
      if (error instanceof WorkerGone) {
        remove(worker)
        return enqueue(socket)
      }
      socket.destroy()
    }
    if (workers.has(worker)) ready.add(worker)
    dispatch()
  }

  function enqueue(socket: Socket): void {
    if (closing && !server.listening) return refuse(socket, shuttingDown())
    if (waiting.size >= limit) return void socket.resetAndDestroy()
    waiting.add(socket)
    dispatch()
    if (!waiting.has(socket)) return
    const timer = setTimeout(() => {
      if (waiting.delete(socket)) refuse(socket, noWorker())
    }, longestWait)
    timer.unref()
  }

  function refuse(socket: Socket, error: ProxyError): void {
    during(refusing, answered(socket, error))
  }

  function remove(worker: Receiver): void {
    workers.delete(worker)
    ready.delete(worker)
  }

  /** Node accepts one connection in a turn. Those that the system still has when the port is closed are reset. */
  async function drain(): Promise<void> {
    const end = performance.now() + longestDrain
    for (let before = -1; before < count && performance.now() < end; ) {
      before = count
      // The first one ends this turn, the second one the next.
      await nextTurn()
      await nextTurn()
    }
  }

  // The socket options are those of the server in the workers (create-server.ts).
  const server = createServer(
    { pauseOnConnect: true, allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 },
    (socket) => {
      count += 1
      socket.on('error', () => {})
      enqueue(socket)
    },
  )
  await listening(server, options)
  const address = server.address()

  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    add(worker) {
      workers.add(worker)
      ready.add(worker)
      dispatch()
    },
    remove,
    async close() {
      closing = true
      workers.clear()
      ready.clear()
      await drain()
      server.close()
      // Not earlier: a client that asks again at once would come back to the open port.
      for (const socket of waiting) refuse(socket, shuttingDown())
      waiting.clear()
      await Promise.all(handingOver)
      await Promise.all(refusing)
    },
  }
}

/** Keeps a promise in the set until it is settled. */
function during(set: Set<Promise<void>>, work: Promise<void>): void {
  set.add(work)
  void work.finally(() => set.delete(work))
}

/**
 * Resolves when the worker has accepted the connection. Rejects when it has not: with WorkerGone, or because the
 * descriptor was lost, which happens to a process that has no more of them free and is told to nobody. Messages keep
 * their order, so that a connection that has not arrived before a later call is answered never will.
 */
async function accepted(worker: Receiver, socket: Socket, doubt: number): Promise<void> {
  const lost = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    worker.call('ping').then(() => lost.reject(new Error('the worker did not get the connection')), lost.reject)
  }, doubt)
  try {
    await Promise.race([worker.call('accept', socket), lost.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Writes the error as the answer to a connection that nobody has read from, and closes it. */
async function answered(socket: Socket, error: ProxyError): Promise<void> {
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  // What the client has sent is read and thrown away: a connection that is closed with unread bytes is reset, answer
  // and all.
  socket.resume()
  refuseConnection(error, socket)
  await within(farewell, closed, undefined)
  socket.destroy()
}

function listening(server: Server, { host, port }: DispatcherOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, host, () => {
    server.off('error', reject)
    resolve()
  })
  return promise
}

function noWorker(): ProxyError {
  const message = 'No worker was free to take this connection: ask again in a moment.'
  return proxyError('too_many_connections', message, { headers: { 'retry-after': '1' } })
}
