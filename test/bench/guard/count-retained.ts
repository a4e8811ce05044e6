import { constants, PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Bytes by which V8's old space grew while `action` ran: what outlived it, and what is dead but was kept by something dead
 * in the old space, until the next collection of all garbage. Rejects where one came in between.
 */
export async function countRetained(action: () => Promise<unknown>): Promise<number> {
  let collections = 0
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (isMajor(entry)) collections += 1
  })
  collectGarbage()
  observer.observe({ entryTypes: ['gc'] })
  try {
    const before = oldSpace()
    await action()
    const grown = oldSpace() - before
    // Its entries come a turn later.
    await new Promise((resolve) => setImmediate(resolve))
    if (collections > 0) throw new Error('all garbage was collected meanwhile')
    return grown
  } finally {
    observer.disconnect()
  }
}

function oldSpace(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')?.space_used_size ?? 0
}

function isMajor(entry: object): boolean {
  const detail = 'detail' in entry ? entry.detail : undefined
  return isObject(detail) && 'kind' in detail && detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
}
