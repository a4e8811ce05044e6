import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { NotHere } from '../hops/hop.ts'
import type { Rig } from '../measure/rig.ts'
import { type Job, order, prepare, runJob } from '../measure/run-job.ts'
import { type PathName, paths } from '../paths.ts'
import { workloads } from '../workloads.ts'
import { nameOf } from './cpu-profile.ts'
import type { Line, Profile } from './profile.ts'

/** What the held streams of a path are made of: where the objects were made that are alive while the streams are open. */
export async function weigh(rig: Rig, workload: 'held' | 'held-5000', path: PathName): Promise<Omit<Profile, 'title'>> {
  const output = join(rig.context.directory, `weight-${path}-${Date.now()}.json`)
  const preload = new URL(`weigh-preload.ts?${encodeURIComponent(output)}`, import.meta.url)
  const hop = await rig.freshHop(paths[path].hop, ['--import', preload.href])
  if (hop instanceof NotHere) throw hop
  try {
    const job: Job = { workload, path, milliseconds: 0 }
    await runJob(rig, { ...job, workload: 'small', milliseconds: 300 }, hop)
    await runJob(rig, { ...job, workload: 'stream' }, hop)
    process.kill(hop.pid, 'SIGUSR2')
    await wait(500)
    await prepare(rig, job, hop)
    await order(rig, job, { order: 'go' })
    await wait(1_000)
    process.kill(hop.pid, 'SIGUSR2')
    await wait(1_500)
    rig.upstream.send('release')
    await order(rig, job, { order: 'finish' })
    return readWeight(output, workloads[workload].concurrency)
  } finally {
    await hop.stop()
  }
}

interface Site {
  callFrame: { functionName: string; url: string; lineNumber: number }
  selfSize: number
  children: Site[]
}

function readWeight(file: string, streams: number): Omit<Profile, 'title'> {
  const weight: { grown: { rss: number; heap: number; external: number }; head: Site } = JSON.parse(
    readFileSync(file, 'utf8'),
  )
  const sites = new Map<string, Line>()
  const visit = (
    { callFrame: { functionName, url, lineNumber }, selfSize, children }: Site,
    above: Set<string>,
  ): number => {
    const name = nameOf(functionName, url, lineNumber)
    const line = sites.get(name) ?? { name, self: 0, total: 0 }
    sites.set(name, line)
    const stack = new Set(above).add(name)
    const below = children.reduce((sum, child) => sum + visit(child, stack), 0)
    line.self += selfSize
    if (!above.has(name)) line.total += selfSize + below
    return selfSize + below
  }
  visit(weight.head, new Set())
  sites.delete('(root)')
  const { rss, heap, external } = weight.grown
  const whole = [
    { name: '(resident memory)', self: rss, total: rss },
    { name: '(objects)', self: heap, total: heap },
    { name: '(buffers and native parts)', self: external, total: external },
  ]
  const lines = [...whole, ...[...sites.values()].sort((a, b) => b.self - a.self)]
  return {
    unit: 'KB/stream',
    lines: lines.map(({ name, self, total }) => ({ name, self: self / streams / 1024, total: total / streams / 1024 })),
  }
}
