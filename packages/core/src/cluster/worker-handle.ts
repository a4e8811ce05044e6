import cluster from 'node:cluster'
import { getCompileCacheDir } from 'node:module'
import { dirname, extname, join } from 'node:path'
import { within } from '../within.ts'
import type { PrimaryCalls, WorkerCalls } from './calls.ts'
import { createRpc, type Rpc } from './rpc.ts'

/** A worker's process, as the primary sees it. */
export interface WorkerHandle {
  readonly pid: number | undefined
  /** Calls a function of the worker. Rejects with WorkerGone when the process ends before it answers. */
  readonly call: Rpc<WorkerCalls>['call']
  /** Resolves when the process has ended and all that it sent has been read. */
  readonly ended: Promise<Exit>
  /** Lets open exchanges end within so many milliseconds. A process that has not ended some seconds later is killed. */
  stop(grace: number): Promise<void>
}

export interface Exit {
  status: number | null
  signal: string | null
  /** Milliseconds since its start. */
  lived: number
}

/** The worker has ended before it answered. */
export class WorkerGone extends Error {
  override readonly name = 'WorkerGone'
}

/** Milliseconds beyond the grace time, for the last bytes of what is cut and for plugins to close. */
const patience = 3_000

let settled = false

/** Starts a worker's process. It serves nothing before `start` is called. `own` are the functions that it may call. */
export function forkWorker(own: PrimaryCalls): WorkerHandle {
  if (!settled) {
    settled = true
    const exec = join(import.meta.dirname, `worker-process${extname(import.meta.filename)}`)
    cluster.setupPrimary({ exec, args: [], serialization: 'advanced' })
  }
  const begun = performance.now()
  const compiled = getCompileCacheDir()
  // Node makes a folder of its own below the one that it is given.
  const worker = cluster.fork(compiled === undefined ? {} : { NODE_COMPILE_CACHE: dirname(compiled) })
  const { promise: ended, resolve } = Promise.withResolvers<Exit>()
  const rpc = createRpc<WorkerCalls>(
    {
      // Without `keepOpen` Node would close our descriptor only when the worker says that it has its own: never, if it
      // dies.
      send: (frame, socket) => void worker.process.send(frame, socket, { keepOpen: true }, ignore),
      onMessage: (listener) => void worker.process.on('message', listener),
    },
    own,
  )
  // Not 'exit': answers may still be in the channel then, and a connection that was accepted must not go to another
  // worker.
  worker.process.once('close', onEnd)
  worker.process.on('error', () => {
    // There is no process where the system has none left to give.
    if (worker.process.pid === undefined) onEnd(null, null)
  })

  function onEnd(status: number | null, signal: string | null): void {
    rpc.end(new WorkerGone('the worker has ended'))
    resolve({ status, signal, lived: performance.now() - begun })
  }

  return {
    pid: worker.process.pid,
    call: rpc.call,
    ended,
    async stop(grace) {
      rpc.call('close', grace).catch(ignore)
      if ((await within(grace + patience, ended, undefined)) === undefined) worker.process.kill('SIGKILL')
      await ended
    },
  }
}

/** A process that cannot be written to has ended or is about to: its 'close' event tells so. */
function ignore(): void {}
