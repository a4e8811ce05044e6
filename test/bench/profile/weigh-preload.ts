import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Loaded into a hop with `--import URL?OUTPUT`. The first SIGUSR2 begins to note where objects are made; the second writes
 * what is still alive of them, and what the process weighs more than at the first, as JSON into the file OUTPUT.
 */
const output = fileURLToPath(`file://${decodeURIComponent(new URL(import.meta.url).search.slice(1))}`)
const session = new Session()
let before: NodeJS.MemoryUsage | undefined

process.on('SIGUSR2', () => {
  collectGarbage()
  if (!before) {
    before = process.memoryUsage()
    session.connect()
    session.post('HeapProfiler.enable')
    session.post('HeapProfiler.startSampling', { samplingInterval: 1_024 })
    return
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  const grown = { rss: rss - before.rss, heap: heapUsed - before.heapUsed, external: external - before.external }
  session.post('HeapProfiler.getSamplingProfile', (error, answer) => {
    if (!error) writeFileSync(output, JSON.stringify({ grown, head: answer.profile.head }))
  })
})

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
}
