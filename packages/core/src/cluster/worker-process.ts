import { Socket } from 'node:net'
import { runWorker } from './worker.ts'

// What a worker's process runs. The primary alone decides when it starts, reloads and stops.
const worker = runWorker(
  {
    send: (frame) => void process.send?.(frame, undefined, {}, () => {}),
    onMessage: (listener) =>
      void process.on('message', (message, handle) => listener(message, handle instanceof Socket ? handle : undefined)),
  },
  () => process.exit(0),
)

// A terminal sends these to the whole group: the primary gets them as well, and tells its workers.
process.on('SIGINT', () => {})
process.on('SIGHUP', () => {})
process.on('SIGTERM', () => void worker.close())

// A reader of the log that has gone is no reason to stop serving.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error
  })
}
