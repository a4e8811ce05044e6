import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NotHere } from '../hops/hop.ts'
import type { Rig } from '../measure/rig.ts'
import { type Job, runJob } from '../measure/run-job.ts'
import { type PathName, paths } from '../paths.ts'
import { type WorkloadName, workloads } from '../workloads.ts'
import { type Frame, readCpuProfile } from './cpu-profile.ts'

export interface ProfileOrder {
  workload: WorkloadName
  path: PathName
  /** Whether that many runs of the workload, in so many milliseconds, will do. */
  enough(times: number, milliseconds: number): boolean
}

/** Where the time of a path goes. What is before the first requests (start-up, compiling) is left out. */
export async function takeCpuProfile(rig: Rig, order: ProfileOrder): Promise<Frame> {
  const directory = mkdtempSync(join(tmpdir(), 'argo-proxy-profile-'))
  try {
    const flags = ['--cpu-prof', '--cpu-prof-interval=250', `--cpu-prof-dir=${directory}`]
    const warm = await loadWith(rig, order, flags)
    const [written] = readdirSync(directory)
    if (written === undefined) throw new Error('this hop wrote no profile: it is no process of Node')
    return readCpuProfile(join(directory, written), warm)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** Leaves a `.heapprofile` of what was allocated, and gives its path. */
export async function takeHeapProfile(rig: Rig, order: ProfileOrder): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'argo-proxy-profile-'))
  await loadWith(rig, order, ['--heap-prof', '--heap-prof-interval=4096', `--heap-prof-dir=${directory}`])
  const [written] = readdirSync(directory)
  if (written === undefined) throw new Error('this hop wrote no profile: it is no process of Node')
  return join(directory, written)
}

/** Runs the workload through a hop with these flags; gives when it was warm, microseconds of the monotonic clock. */
async function loadWith(rig: Rig, { workload, path, enough }: ProfileOrder, flags: string[]): Promise<number> {
  const hop = await rig.freshHop(paths[path].hop, flags)
  if (hop instanceof NotHere) throw hop
  try {
    const { load } = workloads[workload]
    const job: Job = {
      workload,
      path,
      milliseconds: typeof load === 'object' && 'milliseconds' in load ? load.milliseconds : 0,
    }
    await runJob(rig, job, hop)
    const warm = Number(process.hrtime.bigint() / 1_000n)
    const started = performance.now()
    for (let times = 0; !enough(times, performance.now() - started); times += 1) await runJob(rig, job, hop)
    return warm
  } finally {
    await hop.stop()
  }
}
