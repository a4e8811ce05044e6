import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect: unknown = runInNewContext('gc')

/** Bytes of memory that are in use when the garbage is gone: of objects and of buffers. */
export async function heldMemory(): Promise<number> {
  // Buffers are freed a while after the objects that held them.
  for (let turn = 0; turn < 3; turn += 1) {
    if (typeof collect === 'function') collect()
    await pause(20)
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
