import type { LoadedConfig } from '../config/loaded-config.ts'
import type { Logger } from '../contract/exchange.ts'
import { onDemand } from '../on-demand.ts'
import { fixedKeys, withFixedKeys } from '../server/fixed-keys.ts'
import { type Serving, urlOf } from '../server/serving.ts'
import { listenForWorkers } from './connection-dispatcher.ts'
import { startWorkerPool, type WorkerPool } from './worker-pool.ts'

/**
 * Serves with several processes on one port. This process, the primary, hands them the connections in turn and serves
 * none itself. Rejects with a ConfigError for a plugin's fault, with Node's error (EADDRINUSE...) for the port's.
 */
export async function startWorkers(loaded: LoadedConfig, log: Logger, workers: number): Promise<Serving> {
  const { host, limits } = loaded.config
  // Before any worker is started: a taken port is told at once, and a free one stays the same.
  const dispatcher = await listenForWorkers({ host, port: loaded.config.port, limit: limits.connections })
  const { port } = dispatcher
  const start = { ...loaded.config, port }
  let pool: WorkerPool
  try {
    pool = await startWorkerPool({ ...loaded, config: start }, { workers, log, dispatcher })
  } catch (error) {
    await dispatcher.close()
    throw error
  }
  // Loaded by the first log line, which may be that of a signal: the port would still be open meanwhile, and nobody
  // accept.
  setImmediate(onDemand.winston)
  let configured = loaded.config
  let reloading: Promise<unknown> = Promise.resolve()
  let closed: Promise<void> | undefined

  async function reload(next: LoadedConfig): Promise<string[]> {
    await pool.reload({ ...next, config: withFixedKeys(next.config, start) })
    const fixed = fixedKeys(configured, next.config)
    configured = next.config
    return fixed
  }

  /** The port first: no connection comes behind a worker's order to stop. */
  async function close(grace: number): Promise<void> {
    await Promise.all([dispatcher.close(), pool.close(grace)])
  }

  return {
    url: urlOf(host, port),
    host,
    port,
    reload(next) {
      const reloaded = reloading.then(() => reload(next))
      reloading = reloaded.catch(() => {})
      return reloaded
    },
    close(grace) {
      closed ??= close(grace)
      return closed
    },
  }
}
