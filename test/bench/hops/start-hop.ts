import type { HopName } from '../paths.ts'
import { startWorker } from '../processes/worker.ts'
import { startArgoProxy } from './argo-proxy.ts'
import type { HopContext, RunningHop } from './hop.ts'
import { startNginx } from './nginx.ts'
import { startPortkey } from './portkey.ts'

/** Starts a hop in front of the upstream. Rejects with `NotHere` where this machine does not have it. */
export function startHop(name: HopName, context: HopContext): Promise<RunningHop> {
  switch (name) {
    case 'direct':
      return Promise.resolve({ port: context.upstreamPort, pid: 0, stop: async () => {} })
    case 'node-http':
      return startOwnHop(new URL('node-http.ts', import.meta.url), context)
    case 'http-proxy-3':
      return startOwnHop(new URL('http-proxy-3.ts', import.meta.url), context)
    case 'nginx':
      return startNginx(context)
    case 'portkey':
      return startPortkey()
    case 'argo-openai':
      return startArgoProxy('openai', context)
    case 'argo-argo':
      return startArgoProxy('argo', context)
  }
}

async function startOwnHop(module: URL, { upstreamPort, nodeFlags }: HopContext): Promise<RunningHop> {
  const worker = startWorker(module, [String(upstreamPort)], nodeFlags)
  const { port } = await worker.next<{ port: number }>(10_000)
  return { ...worker, port }
}
