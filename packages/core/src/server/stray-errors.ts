import type { Logger } from '../contract/exchange.ts'

/** A plugin that throws where nobody waits for it (a timer, a forgotten promise) must not end the exchanges of others. */
export function surviveStrayErrors(log: Logger): void {
  const report = (error: unknown): void => {
    const site = error instanceof Error ? error.stack?.split('\n').find((line) => /^\s+at /.test(line)) : undefined
    log.error('an error outside of every exchange, likely of a plugin', { error, site: site?.trim() })
  }
  process.on('uncaughtException', report)
  process.on('unhandledRejection', report)
}
