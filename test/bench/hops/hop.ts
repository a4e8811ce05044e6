import { createServer } from 'node:net'

/** A hop that runs, or the upstream itself for `direct`. */
export interface RunningHop {
  port: number
  /** Of the process whose CPU time and memory count; 0 for `direct`. */
  pid: number
  stop(): Promise<void>
}

export interface HopContext {
  upstreamPort: number
  /** An empty folder for configuration files. */
  directory: string
  /** For the hops that are processes of Node: `--cpu-prof` and its like. */
  nodeFlags?: readonly string[]
}

/** Why a hop takes no part: told in the tables, no failure of the run. */
export class NotHere extends Error {
  override readonly name = 'NotHere'
}

/** For programs that do not say which port they got. */
export function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const server = createServer().on('error', reject)
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
  })
  return promise
}
