import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'

/** A process that this benchmark started. */
export interface Child {
  pid: number
  process: ChildProcess
  /** Rejects when the process has ended; never resolves. */
  gone: Promise<never>
  /** Ends it by its pid and waits for it. */
  stop(): Promise<void>
}

export class TimeIsUp extends Error {
  override readonly name = 'TimeIsUp'
}

const running = new Set<Child>()

export function startChild(command: string, args: readonly string[], options: SpawnOptions): Child {
  const spawned = spawn(command, args, options)
  const ended = Promise.withResolvers<void>()
  const gone = Promise.withResolvers<never>()
  const onEnd = (why: string) => {
    running.delete(child)
    ended.resolve()
    gone.reject(new Error(why))
  }
  spawned.on('error', ({ message }) => onEnd(message))
  spawned.on('exit', (code, signal) => onEnd(`ended (${signal ?? code})`))
  // Most of the time nobody waits for its end.
  gone.promise.catch(() => {})

  const child: Child = {
    pid: spawned.pid ?? 0,
    process: spawned,
    gone: gone.promise,
    async stop() {
      if (!running.has(child)) return
      spawned.kill('SIGTERM')
      const kill = setTimeout(() => spawned.kill('SIGKILL'), 2_000)
      await ended.promise
      clearTimeout(kill)
    },
  }
  running.add(child)
  return child
}

/** The next of what `child` does, unless it ends or the time is up. */
export async function inTime<Value>(child: Child, milliseconds: number, next: Promise<Value>): Promise<Value> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new TimeIsUp(`did nothing for ${milliseconds} ms`)), milliseconds)
  try {
    return await Promise.race([next, child.gone, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

export async function stopAllChildren(): Promise<void> {
  await Promise.all([...running].map((child) => child.stop()))
}

/** Whatever way this process ends, no child of it stays. */
process.on('exit', () => {
  for (const { process: child } of running) child.kill('SIGKILL')
})
