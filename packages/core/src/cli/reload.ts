import { type StatsListener, unwatchFile, watchFile } from 'node:fs'
import type { LoadedConfig } from '../config/loaded-config.ts'
import type { Logger } from '../contract/exchange.ts'
import { reportFailure } from './failure.ts'
import { settledFile } from './settled-file.ts'

export interface ReloadOptions {
  /** The configuration's file, looked at for changes; absent where there is none. */
  file: string | undefined
  /** Reads the configuration anew. */
  load(): Promise<LoadedConfig>
  /** Puts it into service; resolves to the keys that only a restart can change. */
  apply(loaded: LoadedConfig): Promise<string[]>
  log: Logger
}

/** Milliseconds between two looks at the file: polled, since login nodes keep home folders on the network. */
const interval = 500

/**
 * Takes over the configuration when its file changes and on SIGHUP. A broken one changes nothing, and its faults are
 * reported with their lines. Gives a function that stops it.
 */
export function reloadOnChange({ file, load, apply, log }: ReloadOptions): () => void {
  let running: Promise<void> = Promise.resolve()

  async function reload(): Promise<void> {
    try {
      if (file !== undefined) await settledFile(file)
      const fixed = await apply(await load())
      log.info('configuration reloaded; open answers end on the earlier one')
      if (fixed.length > 0) log.warn('only a restart changes these', { keys: fixed })
    } catch (thrown) {
      for (const line of reportFailure(thrown, false).lines) log.error(`configuration not reloaded: ${line}`)
    }
  }

  const onReload = (): void => {
    running = running.then(reload)
  }
  const onLook: StatsListener = (now, before) => {
    if (now.mtimeMs !== before.mtimeMs || now.size !== before.size) onReload()
  }
  process.on('SIGHUP', onReload)
  if (file !== undefined) watchFile(file, { interval, persistent: false }, onLook)
  return () => {
    process.off('SIGHUP', onReload)
    if (file !== undefined) unwatchFile(file, onLook)
  }
}
