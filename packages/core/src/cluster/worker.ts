import { setTimeout as pause } from 'node:timers/promises'
import { hideSecrets, logLevelOf } from '../config/log-settings.ts'
import { type AdjustableLogger, createLogger, type LogLevel } from '../log.ts'
import { statusOf } from '../server/process-status.ts'
import { lendCapacity } from '../server/shared-capacity.ts'
import { type PreparedConfig, type RunningProxy, startProxy } from '../server/start-proxy.ts'
import { surviveStrayErrors } from '../server/stray-errors.ts'
import { within } from '../within.ts'
import { acceptedConnections } from './accepted-connections.ts'
import type { PrimaryCalls, WorkerCalls } from './calls.ts'
import { fromPlainConfig } from './plain-config.ts'
import { type Channel, createRpc } from './rpc.ts'
import { primaryResponses, workerPeers } from './worker-peers.ts'

export interface Worker {
  /** Lets open exchanges end within the grace time, and ends the process. The primary starts another one. */
  close(): Promise<void>
}

/** Milliseconds for the primary to send no more connections, and for the last ones to bring their requests. */
const patience = { retire: 1_000, requests: 100 }

/** One of the processes that serve. The primary calls its functions over the channel. `exit` ends the process. */
export function runWorker(channel: Channel, exit: () => void): Worker {
  const started = Promise.withResolvers<RunningProxy>()
  let proxy: RunningProxy | undefined
  let log: AdjustableLogger | undefined
  let prepared: PreparedConfig | undefined
  /** The log's level in the prepared configuration. */
  let level: LogLevel = 'info'
  let grace = 0
  const connections = acceptedConnections()

  const own: WorkerCalls = {
    async start({ number, config }) {
      const loaded = await fromPlainConfig(config)
      log = createLogger({ level: logLevelOf(loaded.config, 'info'), fields: { worker: number } })
      hideSecrets(loaded.config, log)
      surviveStrayErrors(log)
      const lasting = { responses: primaryResponses(primary.call), peers: workerPeers(primary.call) }
      grace = loaded.config.timeouts.shutdown_grace
      proxy = await startProxy(loaded, log, lasting, connections)
      started.resolve(proxy)
    },
    accept: (connection) => connections.accept(connection),
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
    status: async () => statusOf((await started.promise).live),
    onPeerEvent: async (event) => (await started.promise).live.service.app.onPeerEvent(event),
    lend: async () => lendCapacity((await started.promise).live),
    async grow(exchanges) {
      const { live } = await started.promise
      live.capacity += exchanges
    },
    ping() {},
  }
  const primary = createRpc<PrimaryCalls>(channel, own)
  return {
    async close() {
      // What the primary has sent by then is served: no other worker will.
      await within(patience.retire, primary.call('retire'), undefined)
      await pause(patience.requests)
      await own.close(grace)
    },
  }
}
