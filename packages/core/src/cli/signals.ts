import type { Logger } from '../contract/exchange.ts'
import { exit } from './output.ts'

const numbers = { SIGINT: 2, SIGTERM: 15 } as const

/** npm and pnpm pass on a signal that the terminal has sent to the whole group already: in milliseconds, the same one. */
const echo = 50

/** The first signal stops with grace and exits with 0; a second one exits at once, with the status of the signal. */
export function stopOnSignals(stop: () => Promise<void>, grace: number, log: Logger): void {
  let since: number | undefined
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (since !== undefined) {
        if (performance.now() - since > echo) process.exit(128 + numbers[signal])
        return
      }
      since = performance.now()
      log.info(`${signal}: no new requests; open answers have ${grace} ms to end (once more ends them at once)`)
      stop().then(
        () => exit(0),
        (error: unknown) => {
          log.error('stopping failed', { error })
          exit(1)
        },
      )
    })
  }
}
