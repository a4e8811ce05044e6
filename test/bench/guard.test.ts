import type { ConfigInput } from 'argo-proxy'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestProxy, type TestProxy } from '../support/test-proxy.ts'
import { countAllocations } from './guard/count-allocations.ts'
import { type Asynchrony, countAsynchrony } from './guard/count-asynchrony.ts'
import { countRetained } from './guard/count-retained.ts'
import { countTransforms } from './guard/count-transforms.ts'
import { type Rig, startRig } from './measure/rig.ts'
import { runJob } from './measure/run-job.ts'
import { type PathName, paths } from './paths.ts'
import { stopAllChildren } from './processes/children.ts'
import { type WorkloadName, workloads } from './workloads.ts'

/**
 * Guards the hot path by counting, not by the clock: streams, promises, ticks and bytes. Upstream and load are processes
 * of their own and the proxy runs in this one, so that what is counted is the proxy's alone. Every answer is checked.
 */
let rig: Rig
let proxies: Record<'argo-openai' | 'argo-argo' | 'paced', TestProxy>

beforeAll(async () => {
  rig = await startRig()
  const origin = `http://127.0.0.1:${rig.context.upstreamPort}`
  const argo = { kind: 'argo' as const, base_url: origin }
  const plugins = (pace: object): ConfigInput['plugins'] => ['real-stream', ['pseudo-stream', pace], 'tools']
  proxies = {
    'argo-openai': await startTestProxy({
      upstream: { kind: 'openai', base_url: `${origin}/v1` },
      plugins: plugins({ delay: 0 }),
    }),
    'argo-argo': await startTestProxy({ upstream: argo, plugins: plugins({ delay: 0 }) }),
    paced: await startTestProxy({ upstream: argo, plugins: plugins({ delay: 1, max_duration: 20 }) }),
  }
})

afterAll(async () => {
  await Promise.all(Object.values(proxies).map((proxy) => proxy.close()))
  await rig.stop()
  await stopAllChildren()
})

/** Runs a workload through a proxy of this process, and gives how many requests it made, more or less. */
async function run(workload: WorkloadName, path: PathName, proxy = proxyOf(path)): Promise<number> {
  const milliseconds = 200
  const hop = { port: proxies[proxy].port, pid: 0, stop: async () => {} }
  const { requestsPerSecond = 0 } = await runJob(rig, { workload, path, milliseconds }, hop)
  return (requestsPerSecond * milliseconds) / 1_000
}

function proxyOf(path: PathName): keyof typeof proxies {
  const { hop } = paths[path]
  if (hop === 'argo-openai' || hop === 'argo-argo') return hop
  throw new Error(`${path} is no path of argo-proxy`)
}

describe('a flood of chunks', () => {
  const chunks = workloads.flood.concurrency * 5_000
  const perChunk = (counts: Asynchrony, type: string) => (counts.get(type) ?? 0) / chunks

  test.each([
    ['byte-lane', 450],
    ['argo-text', 1_250],
    ['responses', 2_900],
  ] as const)('%s: no promise, hardly a tick, and at most %i bytes for each', async (path, bytes) => {
    // The first time, code is compiled and connections are made.
    await run('flood', path)
    const begun = await countAsynchrony(() => run('flood', path))
    expect(perChunk(begun, 'PROMISE')).toBeLessThan(0.02)
    expect(perChunk(begun, 'TickObject')).toBeLessThan(0.2)
    expect(perChunk(begun, 'Timeout')).toBeLessThan(0.01)
    const allocated = (await countAllocations(() => run('flood', path))) / chunks
    expect(allocated).toBeLessThan(bytes)
    expect(allocated).toBeGreaterThan(0)
  })
})

describe('Transform streams', () => {
  test.each([
    ['single', 'byte-lane'],
    ['single', 'argo-complete'],
    ['flood', 'byte-lane'],
    ['flood', 'argo-text'],
    ['flood', 'responses'],
    ['tools', 'pseudo'],
    ['tools', 'tools'],
  ] as const)('%s through %s: none is built', async (workload, path) =>
    expect(await countTransforms(() => run(workload, path))).toBe(0),
  )

  test('what waits is a stream, and would be counted', async () => {
    const built = await countTransforms(() => run('tools', 'pseudo', 'paced'))
    expect(built).toBe(workloads.tools.concurrency * 4)
  })
})

describe('an exchange', () => {
  // On a busy machine, exchanges are open for longer, and V8 moves more of them there.
  test.each(['byte-lane', 'argo-complete'] as const)(
    '%s: leaves next to nothing in the old space',
    { retry: 2 },
    async (path) => {
      await run('small', path)
      let requests = 0
      const retained = await countRetained(async () => {
        // So many, also on a slow machine: what a process still learns and compiles meanwhile must not weigh.
        while (requests < 4_000) requests += await run('small', path)
      })
      expect(retained / requests).toBeLessThan(2_000)
    },
  )
})
