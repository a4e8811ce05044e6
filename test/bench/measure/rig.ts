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
  load: Worker
  context: HopContext
  /** The running hop, or why there is none. */
  hop(name: HopName): Promise<RunningHop | NotHere>
  /** One more, which nobody has used before. */
  freshHop(name: HopName, nodeFlags?: readonly string[]): Promise<RunningHop | NotHere>
  stop(): Promise<void>
}

export async function startRig(): Promise<Rig> {
  const directory = mkdtempSync(join(tmpdir(), 'argo-proxy-bench-'))
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
  const upstream = startWorker(new URL('../upstream/server.ts', import.meta.url))
  const load = startWorker(new URL('../load/worker.ts', import.meta.url))
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
    load,
    context,
    freshHop,
    hop(name) {
      const hop = hops.get(name) ?? freshHop(name)
      hops.set(name, hop)
      return hop
    },
    async stop() {
      for (const hop of await Promise.all(hops.values())) if (!(hop instanceof NotHere)) await hop.stop()
      await Promise.all([load.stop(), upstream.stop()])
    },
  }
}
