import type { LoadedConfig } from '../config/loaded-config.ts'
import type { Logger } from '../contract/exchange.ts'
import { fixedKeys, withFixedKeys } from '../server/fixed-keys.ts'
import { type Serving, urlOf } from '../server/serving.ts'
import { startCrew } from './crew.ts'
import { probePort } from './probe-port.ts'

/**
 * Serves with several processes on one port; this one, the primary, hands them the connections in turn and serves none
 * itself. Rejects with a ConfigError for a plugin's fault, with Node's error (EADDRINUSE...) for the port's.
 */
export async function startWorkers(
  loaded: LoadedConfig,
  log: Logger,
  workers: number,
): Promise<Serving> {
  const { host } = loaded.config
  const port = await probePort(host, loaded.config.port)
  const start = { ...loaded.config, port }
  const crew = await startCrew({ ...loaded, config: start }, { workers, log })
  let configured = loaded.config
  let reloading: Promise<unknown> = Promise.resolve()
  let closed: Promise<void> | undefined

  async function reload(next: LoadedConfig): Promise<string[]> {
    await crew.reload({ ...next, config: withFixedKeys(next.config, start) })
    const fixed = fixedKeys(configured, next.config)
    configured = next.config
    return fixed
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
      closed ??= crew.close(grace)
      return closed
    },
  }
}
