import type { LoadedConfig } from '../config/loaded-config.ts'
import { hideSecrets, logLevelOf } from '../config/log-settings.ts'
import { readVersion } from '../config/version.ts'
import { workerCount } from '../config/worker-count.ts'
import type { Logger } from '../contract/exchange.ts'
import type { AdjustableLogger } from '../log.ts'
import type { Serving } from '../server/serving.ts'
import { banner } from './banner.ts'
import type { Demo } from './demo.ts'
import type { ConfigFlags } from './flags.ts'
import { listenFailure } from './listen-failure.ts'
import { loadForCommand, readConfig } from './load.ts'
import { write, writeError } from './output.ts'
import { reloadOnChange } from './reload.ts'
import { stopOnSignals } from './signals.ts'

/** `argo-proxy start`: resolves when it serves; the process then lives until a signal ends it. */
export async function start(flags: ConfigFlags & { demo?: true }): Promise<void> {
  const demo = flags.demo ? await (await import('./demo.ts')).startDemo() : undefined
  const more = demo?.settings ?? []
  let loaded: LoadedConfig
  let log: AdjustableLogger
  let proxy: Serving
  try {
    ;({ loaded, log } = await loadForCommand(flags, { level: 'info', more }))
    proxy = await listen(loaded, log)
  } catch (error) {
    await demo?.close()
    throw error
  }

  // Before the ready line: who reads it may send a signal at once.
  const grace = loaded.config.timeouts.shutdown_grace
  const stopReloading = reloadOnChange({
    file: loaded.file,
    load: () => readConfig(flags, more),
    async apply(next) {
      hideSecrets(next.config, log)
      const fixed = await proxy.reload(next)
      log.setLevel(logLevelOf(next.config, 'info'))
      return fixed
    },
    log,
  })
  stopOnSignals(
    () => {
      stopReloading()
      return stop(proxy, grace, demo)
    },
    grace,
    log,
  )
  if (!loaded.config.quiet) {
    writeError([`argo-proxy ${readVersion()}`, ...banner(loaded, proxy.url, demo !== undefined)].join('\n'))
  }
  write(`argo-proxy listening on ${proxy.url}`)
}

/** Neither way to serve loads the code of the other. */
async function listen(loaded: LoadedConfig, log: Logger): Promise<Serving> {
  const workers = workerCount(loaded.config)
  try {
    if (workers > 1) return await (await import('../cluster/start-workers.ts')).startWorkers(loaded, log, workers)
    return await (await import('../server/start-proxy.ts')).startProxy(loaded, log)
  } catch (error) {
    throw listenFailure(error, loaded.config) ?? error
  }
}

async function stop(proxy: Serving, grace: number, demo: Demo | undefined): Promise<void> {
  await proxy.close(grace)
  await demo?.close()
}
