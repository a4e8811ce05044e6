import { hideSecrets, logLevelOf } from '../config/log-settings.ts'
import { type AdjustableLogger, createLogger, type LogLevel } from '../log.ts'
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
  let log: AdjustableLogger | undefined
  let prepared: PreparedConfig | undefined
  /** Of the log, with what is prepared. */
  let level: LogLevel = 'info'
  let grace = 0

  const own: WorkerCalls = {
    async start({ number, config }) {
      const loaded = await fromPlainConfig(config)
      log = createLogger({ level: logLevelOf(loaded.config, 'info'), fields: { worker: number } })
      hideSecrets(loaded.config, log)
      surviveStrayErrors(log)
      const lasting = { responses: primaryResponses(primary.call), peers: workerPeers(primary.call) }
      grace = loaded.config.timeouts.shutdown_grace
      proxy = await startProxy(loaded, log, lasting)
      started.resolve(proxy)
    },
    async prepare(config) {
      const loaded = await fromPlainConfig(config)
      const proxy = await started.promise
      if (log) hideSecrets(loaded.config, log)
      prepared = await proxy.prepare(loaded)
      level = logLevelOf(loaded.config, 'info')
    },
    async take() {
      const next = prepared
      prepared = undefined
      log?.setLevel(level)
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
