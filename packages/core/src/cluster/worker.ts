import { createLogger } from '../log.ts'
import { lendRoom } from '../server/make-room.ts'
import { standingOf } from '../server/standing.ts'
import { type PreparedConfig, type RunningProxy, startProxy } from '../server/start-proxy.ts'
import { surviveStrayErrors } from '../server/stray-errors.ts'
import type { PrimaryCalls, WorkerCalls } from './calls.ts'
import { type Channel, converse } from './conversation.ts'
import { fromPlainConfig } from './plain-config.ts'
import { primaryResponses, workerPeers } from './worker-peers.ts'

export interface Worker {
  /** Stops with grace and ends the process; the primary puts another one in its place. */
  close(): Promise<void>
}

/** One of the processes that serve: it does what the primary asks of it over the channel. `exit` ends the process. */
export function runWorker(channel: Channel, exit: () => void): Worker {
  const started = Promise.withResolvers<RunningProxy>()
  let proxy: RunningProxy | undefined
  let prepared: PreparedConfig | undefined
  let grace = 0

  const own: WorkerCalls = {
    async start({ number, config, log: logging }) {
      const loaded = await fromPlainConfig(config)
      const log = createLogger({ ...logging, fields: { worker: number } })
      surviveStrayErrors(log)
      const lasting = { responses: primaryResponses(primary.call), peers: workerPeers(primary.call) }
      grace = loaded.config.timeouts.shutdown_grace
      proxy = await startProxy(loaded, log, lasting)
      started.resolve(proxy)
    },
    async prepare(config) {
      const loaded = await fromPlainConfig(config)
      prepared = await (await started.promise).prepare(loaded)
    },
    async take() {
      const next = prepared
      prepared = undefined
      await next?.take()
    },
    async drop() {
      const next = prepared
      prepared = undefined
      await next?.drop()
    },
    async close(milliseconds) {
      await proxy?.close(milliseconds)
      exit()
    },
    standing: async () => standingOf((await started.promise).live),
    hear: async (news) => (await started.promise).live.service.app.hear(news),
    lend: async () => lendRoom((await started.promise).live),
    async grow(exchanges) {
      const { limits } = (await started.promise).live.service.app.config
      limits.exchanges += exchanges
    },
    ping() {},
  }
  const primary = converse<PrimaryCalls>(channel, own)
  return { close: () => Promise.resolve(own.close(grace)) }
}
