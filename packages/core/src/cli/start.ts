import type { LoadedConfig } from '../config/loaded-config.ts'
import type { Logger } from '../contract/exchange.ts'
import { type RunningProxy, startProxy } from '../server/start-proxy.ts'
import { banner } from './banner.ts'
import { type Demo, startDemo } from './demo.ts'
import type { ConfigFlags } from './flags.ts'
import { listenFailure } from './listen-failure.ts'
import { loadForCommand } from './load.ts'
import { write, writeError } from './output.ts'
import { reloadOnChange } from './reload.ts'
import { stopOnSignals } from './signals.ts'
import { readVersion } from './version.ts'

/** `argo-proxy start`: resolves when it serves; the process then lives until a signal ends it. */
export async function start(flags: ConfigFlags & { demo?: true }): Promise<void> {
  const demo = flags.demo ? await startDemo() : undefined
  let loaded: LoadedConfig
  let log: Logger
  let proxy: RunningProxy
  try {
    ;({ loaded, log } = await loadForCommand(flags, { level: 'info', more: demo?.settings ?? [] }))
    proxy = await listen(loaded, log)
  } catch (error) {
    await demo?.close()
    throw error
  }

  // Before the ready line: who reads it may send a signal at once.
  const grace = loaded.config.timeouts.shutdown_grace
  const stopReloading = reloadOnChange({
    file: loaded.file,
    load: async () => (await loadForCommand(flags, { level: 'info', more: demo?.settings ?? [] })).loaded,
    apply: (next) => proxy.reload(next),
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
  surviveStrayErrors(log)
  if (!loaded.config.quiet) {
    writeError([`argo-proxy ${readVersion()}`, ...banner(loaded, proxy.url, demo !== undefined)].join('\n'))
  }
  write(`argo-proxy listening on ${proxy.url}`)
}

async function listen(loaded: LoadedConfig, log: Logger): Promise<RunningProxy> {
  try {
    return await startProxy(loaded, log)
  } catch (error) {
    throw listenFailure(error, loaded.config) ?? error
  }
}

async function stop(proxy: RunningProxy, grace: number, demo: Demo | undefined): Promise<void> {
  await proxy.close(grace)
  await demo?.close()
}

/** A plugin that throws where nobody waits for it (a timer, a forgotten promise) must not end the exchanges of others. */
function surviveStrayErrors(log: Logger): void {
  const report = (error: unknown): void => {
    const site = error instanceof Error ? error.stack?.split('\n').find((line) => /^\s+at /.test(line)) : undefined
    log.error('an error outside of every exchange, likely of a plugin', { error, site: site?.trim() })
  }
  process.on('uncaughtException', report)
  process.on('unhandledRejection', report)
}
