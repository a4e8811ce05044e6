import { fileURLToPath } from 'node:url'
import { type Child, inTime, startChild } from './children.ts'

/** A process of the benchmark's own: a module of this folder on the same Node, which speaks JSON texts. */
export interface Worker extends Child {
  /** Rejects when the process ends instead, or says nothing in time. */
  next<Message>(milliseconds: number): Promise<Message>
  send(message: unknown): void
}

export function startWorker(module: URL, args: readonly string[] = [], nodeFlags: readonly string[] = []): Worker {
  const child = startChild(process.execPath, [...nodeFlags, fileURLToPath(module), ...args], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  return {
    ...child,
    send: (message) => void child.process.send?.(JSON.stringify(message)),
    next<Message>(milliseconds: number) {
      const message = new Promise<Message>((resolve) =>
        child.process.once('message', (text) => resolve(JSON.parse(String(text)))),
      )
      return inTime(child, milliseconds, message)
    },
  }
}
