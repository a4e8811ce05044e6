import cluster from 'node:cluster'
import { getCompileCacheDir } from 'node:module'
import { dirname, extname, join } from 'node:path'
import type { PrimaryCalls, WorkerCalls } from './calls.ts'
import { type Conversation, converse } from './conversation.ts'
import { within } from '../within.ts'

/** A worker's process, as the primary sees it. */
export interface Member {
  readonly pid: number | undefined
  readonly call: Conversation<WorkerCalls>['call']
  /** Resolves when the process is gone. */
  readonly ended: Promise<Ending>
  /** Stops it with grace; a process that does not end then is killed. */
  dismiss(grace: number): Promise<void>
}

export interface Ending {
  status: number | null
  signal: string | null
  /** Milliseconds since its start. */
  lived: number
}

/** A call of a worker that is gone by now. */
export class WorkerGone extends Error {
  override readonly name = 'WorkerGone'
}

/** Milliseconds beyond the grace time: for the last words, and for plugins to close. */
const patience = 3_000

let settled = false

/** Starts a process for a worker; what it shall do is told it by `start`. */
export function fork(own: PrimaryCalls): Member {
  if (!settled) {
    settled = true
    cluster.schedulingPolicy = cluster.SCHED_RR
    const exec = join(import.meta.dirname, `worker-process${extname(import.meta.filename)}`)
    cluster.setupPrimary({ exec, args: [], serialization: 'advanced' })
  }
  const begun = performance.now()
  const compiled = getCompileCacheDir()
  // Node makes a folder of its own below the one that it is given.
  const worker = cluster.fork(compiled === undefined ? {} : { NODE_COMPILE_CACHE: dirname(compiled) })
  const { promise: ended, resolve } = Promise.withResolvers<Ending>()
  const conversation = converse<WorkerCalls>(
    {
      send: (frame) => void worker.send(frame, undefined, ignore),
      onMessage: (listener) => void worker.on('message', listener),
    },
    own,
  )
  worker.once('exit', onEnd)
  worker.on('error', () => {
    // There is no process where the system has none left to give.
    if (worker.process.pid === undefined) onEnd(null, null)
  })

  function onEnd(status: number | null, signal: string | null): void {
    conversation.end(new WorkerGone('the worker has ended'))
    resolve({ status, signal, lived: performance.now() - begun })
  }

  return {
    pid: worker.process.pid,
    call: conversation.call,
    ended,
    async dismiss(grace) {
      conversation.call('close', grace).catch(ignore)
      if ((await within(grace + patience, ended, undefined)) === undefined) worker.process.kill('SIGKILL')
      await ended
    },
  }
}

/** A process that cannot be written to ends, or has ended: that is seen by `exit`. */
function ignore(): void {}
