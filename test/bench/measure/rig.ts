import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type HopContext, NotHere, type RunningHop } from '../hops/hop.ts'
import { startHop } from '../hops/start-hop.ts'
import type { HopName } from '../paths.ts'
import { startWorker, type Worker } from '../processes/worker.ts'

/** The processes of one run: the upstream, the load, and the hops, each started when it is first wanted. */
export interface Rig {
  upstream: Worker
  readonly load: Worker
  context: HopContext
  /** The running hop, or why there is none. */
  hop(name: HopName): Promise<RunningHop | NotHere>
  /** One more, which nobody has used before. */
  freshHop(name: HopName, nodeFlags?: readonly string[]): Promise<RunningHop | NotHere>
  /** After a hop that hung: new processes of the load and of that hop, and no stream left open. */
  recover(name: HopName): Promise<void>
  stop(): Promise<void>
}

const startLoad = (): Worker => startWorker(new URL('../load/worker.ts', import.meta.url))

export async function startRig(): Promise<Rig> {
  const directory = mkdtempSync(join(tmpdir(), 'argo-proxy-bench-'))
  const removeDirectory = (): void => rmSync(directory, { recursive: true, force: true })
  // Also of a run that was broken off.
  process.on('exit', removeDirectory)
  const upstream = startWorker(new URL('../upstream/server.ts', import.meta.url))
  let load = startLoad()
  const { port: upstreamPort } = await upstream.next<{ port: number }>(10_000)
  const context = { upstreamPort, directory }
  const hops = new Map<HopName, Promise<RunningHop | NotHere>>()

  function freshHop(name: HopName, nodeFlags?: readonly string[]): Promise<RunningHop | NotHere> {
    return startHop(name, { ...context, nodeFlags }).catch((error) => {
      if (error instanceof NotHere) return error
      throw new Error(`${name} did not start: ${error.message}`)
    })
  }

  return {
    upstream,
    get load() {
      return load
    },
    context,
    freshHop,
    hop(name) {
      const hop = hops.get(name) ?? freshHop(name)
      hops.set(name, hop)
      return hop
    },
    async recover(name) {
      upstream.send('release')
      await load.stop()
      load = startLoad()
      const hop = await hops.get(name)
      hops.delete(name)
      if (hop && !(hop instanceof NotHere)) await hop.stop()
    },
    async stop() {
      for (const hop of await Promise.all(hops.values())) if (!(hop instanceof NotHere)) await hop.stop()
      await Promise.all([load.stop(), upstream.stop()])
      removeDirectory()
    },
  }
}
