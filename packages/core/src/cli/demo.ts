import type { Setting } from '../config/setting.ts'
import { startArgoGateway } from '../testing/argo-gateway.ts'

export interface Demo {
  /** Point the proxy at the gateway, whatever the configuration says of the upstream. */
  settings: Setting[]
  close(): Promise<void>
}

/** Milliseconds between the chunks of a streamed answer: slow enough to be seen, fast enough not to bore. */
const chunkDelay = 30

/** Starts the embedded gateway that gives canned answers. */
export async function startDemo(): Promise<Demo> {
  const gateway = await startArgoGateway({ chunkDelay, keepRequests: 0 })
  const origin = { from: 'command line', flag: '--demo' } as const
  return {
    settings: [
      { path: ['upstream'], value: { kind: 'argo', base_url: gateway.url }, origin },
      { path: ['user'], value: 'demo', origin, fallback: true },
    ],
    close: () => gateway.close(),
  }
}
