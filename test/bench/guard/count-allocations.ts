import { type HeapProfiler, Session } from 'node:inspector/promises'

/**
 * Bytes that were allocated in this process while `action` ran, whatever became of them: an estimate by sampling, good to
 * some per cent for what allocates megabytes. All functions count, Node's too: which of them stands for an allocation depends
 * on what V8 has inlined.
 */
export async function countAllocations(action: () => Promise<unknown>): Promise<number> {
  const session = new Session()
  session.connect()
  try {
    await session.post('HeapProfiler.enable')
    await session.post('HeapProfiler.startSampling', {
      samplingInterval: 1_024,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    })
    await action()
    const { profile } = await session.post('HeapProfiler.stopSampling')
    return bytesOf(profile.head)
  } finally {
    session.disconnect()
  }
}

function bytesOf({ selfSize, children }: HeapProfiler.SamplingHeapProfileNode): number {
  return children.reduce((sum, child) => sum + bytesOf(child), selfSize)
}
