import { formatFault } from '../config/fault.ts'
import { loadConfig } from '../config/load.ts'
import type { LoadedConfig } from '../config/loaded-config.ts'
import { hideSecrets, logLevelOf } from '../config/log-settings.ts'
import type { Setting } from '../config/setting.ts'
import { type AdjustableLogger, createLogger, type LogLevel } from '../log.ts'
import { surviveStrayErrors } from '../server/stray-errors.ts'
import { type ConfigFlags, settingsOf } from './flags.ts'
import { writeError } from './output.ts'

/**
 * The configuration of a command, and a logger as it wants one; what is odd is told on the standard error output. From here
 * on, what throws where nobody waits for it (the configuration's own code, a plugin) is told and ends nothing.
 */
export async function loadForCommand(
  flags: ConfigFlags,
  { level = 'warn', more = [] }: { level?: LogLevel; more?: readonly Setting[] } = {},
): Promise<{ loaded: LoadedConfig; log: AdjustableLogger }> {
  const log = createLogger({ level })
  surviveStrayErrors(log)
  const loaded = await readConfig(flags, more)
  hideSecrets(loaded.config, log)
  log.setLevel(logLevelOf(loaded.config, level))
  return { loaded, log }
}

/** The configuration as it stands now. */
export async function readConfig(flags: ConfigFlags, more: readonly Setting[]): Promise<LoadedConfig> {
  const loaded = await loadConfig({
    cwd: process.cwd(),
    ...(flags.config !== undefined && { file: flags.config }),
    environment: process.env,
    flags: [...settingsOf(flags), ...more],
  })
  for (const warning of loaded.warnings ?? []) writeError(`warning: ${formatFault(warning)}`)
  return loaded
}
