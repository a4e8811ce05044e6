import { formatFault } from '../config/fault.ts'
import { loadConfig } from '../config/load.ts'
import type { LoadedConfig } from '../config/loaded-config.ts'
import type { Setting } from '../config/setting.ts'
import type { Logger } from '../contract/exchange.ts'
import { createLogger, type LoggerOptions, type LogLevel } from '../log.ts'
import { type ConfigFlags, settingsOf } from './flags.ts'
import { writeError } from './output.ts'

/** The configuration of a command, and a logger as it wants one; what is odd is told on the standard error output. */
export async function loadForCommand(
  flags: ConfigFlags,
  { level = 'warn', more = [] }: { level?: LogLevel; more?: readonly Setting[] } = {},
): Promise<{ loaded: LoadedConfig; log: Logger; logging: Pick<LoggerOptions, 'level' | 'secrets'> }> {
  const loaded = await loadConfig({
    cwd: process.cwd(),
    ...(flags.config !== undefined && { file: flags.config }),
    environment: process.env,
    flags: [...settingsOf(flags), ...more],
  })
  for (const warning of loaded.warnings ?? []) writeError(`warning: ${formatFault(warning)}`)
  const { verbose, quiet, upstream } = loaded.config
  const wanted = verbose ? 'debug' : quiet ? 'warn' : level
  const secrets = [upstream.api_key, ...Object.values(upstream.headers)].filter((secret) => secret !== undefined)
  const logging = { level: wanted, secrets }
  return { loaded, log: createLogger(logging), logging }
}
