import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type HopContext, NotHere } from '../hops/hop.ts'
import { installArgoProxy } from '../hops/installed.ts'
import type { Rig } from '../measure/rig.ts'
import { type Job, runJob } from '../measure/run-job.ts'
import { startInstalled } from '../measure/start-up.ts'
import { type PathName, paths } from '../paths.ts'
import { type WorkloadName, workloads } from '../workloads.ts'
import { addCpuProfile, addTime, emptyTree, type Frame, monotonicMicroseconds, type Span } from './cpu-profile.ts'

export interface ProfileOrder {
  workload: WorkloadName
  path: PathName
  /** Whether that many runs of the workload, in so many milliseconds, will do. */
  enough(times: number, milliseconds: number): boolean
}

/** Where the time of a path goes. What is before the first requests (start-up, compiling) is left out. */
export async function takeCpuProfile(rig: Rig, order: ProfileOrder): Promise<Frame> {
  const root = emptyTree()
  await addProfileOf(root, 250, (flags) => loadWith(rig, order, flags))
  return root
}

/** Where the time of `argo-proxy start` goes until it listens; of several starts together, since one has few samples. */
export async function takeStartProfile(context: HopContext, times: number): Promise<Frame> {
  const installed = installArgoProxy()
  const root = emptyTree()
  for (let time = 0; time < times; time += 1) {
    const { began, since } = await addProfileOf(root, 100, (nodeFlags) =>
      startInstalled({ ...context, nodeFlags }, installed),
    )
    addTime(root, '(Node itself, before it profiles)', began - since)
  }
  return root
}

/** Runs a process of Node under the profiler: one sample in so many microseconds. */
async function addProfileOf(
  root: Frame,
  interval: number,
  run: (flags: string[]) => Promise<Span>,
): Promise<Span & { began: number }> {
  const directory = mkdtempSync(join(tmpdir(), 'argo-proxy-profile-'))
  try {
    const span = await run(['--cpu-prof', `--cpu-prof-interval=${interval}`, `--cpu-prof-dir=${directory}`])
    const [written] = readdirSync(directory)
    if (written === undefined) throw new Error('this hop wrote no profile: it is no process of Node')
    return { ...span, began: addCpuProfile(root, join(directory, written), span) }
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

/** Runs the workload through a hop with these flags; gives the time from when it was warm. */
async function loadWith(rig: Rig, { workload, path, enough }: ProfileOrder, flags: string[]): Promise<Span> {
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
    const since = monotonicMicroseconds()
    const started = performance.now()
    for (let times = 0; !enough(times, performance.now() - started); times += 1) await runJob(rig, job, hop)
    return { since, until: monotonicMicroseconds() }
  } finally {
    await hop.stop()
  }
}
