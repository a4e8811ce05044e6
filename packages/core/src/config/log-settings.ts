import type { AdjustableLogger, LogLevel } from '../log.ts'
import type { Config } from './schema.ts'

/** The level that a configuration asks for; `otherwise` where it asks for none. */
export function logLevelOf({ verbose, quiet }: Config, otherwise: LogLevel): LogLevel {
  return verbose ? 'debug' : quiet ? 'warn' : otherwise
}

/** Keeps the secrets of a configuration out of a log. */
export function hideSecrets({ upstream }: Config, log: Pick<AdjustableLogger, 'hide'>): void {
  log.hide([upstream.api_key, ...Object.values(upstream.headers)].filter((secret) => secret !== undefined))
}
