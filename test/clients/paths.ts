import type { ConfigInput } from 'argo-proxy'
import { afterAll, beforeAll } from 'vitest'
import { startRig, type TestRig, type UpstreamKind, upstreamKinds } from '../support/upstreams.ts'
import { obedient } from './obedient-model.ts'

/** Without the pause between two pieces, which is for people. */
export const promptPlugins = ['real-stream', ['pseudo-stream', { delay: 0 }], 'tools'] satisfies ConfigInput['plugins']

/** A way that an answer takes: which upstream, which mode. */
export interface Path {
  kind: UpstreamKind
  mode: 'real' | 'pseudo'
}

export const paths: readonly Path[] = upstreamKinds.flatMap((kind) => [
  { kind, mode: 'real' },
  { kind, mode: 'pseudo' },
])

/** A proxy on this path for the tests of the block, before an upstream that does as the prompt says. */
export function useRig({ kind, mode }: Path): () => TestRig {
  return useRigOf(() => startRig(kind, { real_stream: mode === 'real', plugins: promptPlugins }, obedient(kind)))
}

/** The rig lives as long as the block's tests. */
export function useRigOf(start: () => Promise<TestRig>): () => TestRig {
  let rig: TestRig | undefined
  beforeAll(async () => {
    rig = await start()
  })
  afterAll(() => rig?.close())
  return () => {
    if (!rig) throw new Error('The rig has not started.')
    return rig
  }
}
