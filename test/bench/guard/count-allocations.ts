import { type HeapProfiler, Session } from 'node:inspector/promises'

/**
 * Bytes that argo-proxy's own code allocated in this process while `action` ran, whatever became of them: an estimate by
 * sampling, good to some per cent for what allocates megabytes. Node's part (its HTTP parser's buffers) does not count.
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
    return ownBytes(profile.head)
  } finally {
    session.disconnect()
  }
}

function ownBytes({ callFrame, selfSize, children }: HeapProfiler.SamplingHeapProfileNode): number {
  const own = /\/packages\/[^/]+\/dist\//.test(callFrame.url) ? selfSize : 0
  return children.reduce((sum, child) => sum + ownBytes(child), own)
}
