import { stat } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { Failure } from './failure.ts'

/** Milliseconds for which a file must have been left alone: editors empty a file before they write it. */
const calm = 100
const looks = 20

/**
 * Waits until a file is no longer being written, two seconds at most. Rejects with a Failure for one that stays empty: read
 * as it is, it would put every default into service. One that is not there is not waited for.
 */
export async function settledFile(file: string): Promise<void> {
  for (let look = 0; look < looks; look += 1) {
    const stats = await stat(file).catch(() => undefined)
    if (!stats || (stats.size > 0 && Date.now() - stats.mtimeMs >= calm)) return
    await pause(calm)
  }
  if ((await stat(file)).size === 0) throw new Failure(2, `${file} is empty: write it, or restart without it`)
}
