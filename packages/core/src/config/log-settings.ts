import type { AdjustableLogger, LogLevel } from '../log.ts'
import type { Config } from './schema.ts'

/** The level that a configuration asks for; `otherwise` where it asks for none. */
export function logLevelOf({ verbose, quiet }: Config, otherwise: LogLevel): LogLevel {
  return verbose ? 'debug' : quiet ? 'warn' : otherwise
}

/** Keeps the secrets of a configuration out of a log. */
export function hideSecrets(config: Config, log: Pick<AdjustableLogger, 'hide'>): void {
  log.hide(secretsOf(config))
}

/** What neither the log nor a client may see, whatever the upstream repeats of it: its key, and what its headers say. */
export function secretsOf({ upstream }: Config): string[] {
  return [upstream.api_key, ...Object.values(upstream.headers)].filter((secret) => secret !== undefined)
}
