import { NotHere, type RunningHop } from '../hops/hop.ts'
import { type PathName, paths } from '../paths.ts'
import { type WorkloadName, workloads } from '../workloads.ts'
import type { Figures, Sample } from './figures.ts'
import { holdStreams } from './hold-streams.ts'
import type { Rig } from './rig.ts'
import { CannotDo, type Job, runJob } from './run-job.ts'

/** A path that takes no part, and why: this machine does not have it, or it could not do the workload. */
export interface Skipped {
  path: PathName
  reason: string
  failed: boolean
}

export interface Measured {
  workload: WorkloadName
  rounds: number
  samples: Sample[]
  skipped: Skipped[]
}

export interface Effort {
  rounds: number
  /** A path runs so long before it is measured, milliseconds: its code is loaded and compiled, its connections are made. */
  warmUp: number
  /** How much of a workload's time is taken. */
  time: number
  /** Of the workload's paths; all where absent. */
  only?: readonly PathName[]
}

/** Measures a workload on all its paths, in turns: A B C, B C A, C A B. What slows the machine slows them alike. */
export async function measureWorkload(
  rig: Rig,
  name: WorkloadName,
  { rounds, warmUp, time, only }: Effort,
): Promise<Measured> {
  const { load, paths: all } = workloads[name]
  const milliseconds = typeof load === 'object' && 'milliseconds' in load ? load.milliseconds * time : 0
  const held = load === 'held'
  const skipped: Skipped[] = []
  let samples: Sample[] = []
  let present = (only ?? all).filter((path) => !held || paths[path].hop !== 'direct')

  async function attempt(path: PathName, action: () => Promise<void>): Promise<void> {
    try {
      await action()
    } catch (error) {
      const failed = error instanceof CannotDo
      if (!(failed || error instanceof NotHere)) throw error
      skipped.push({ path, reason: error.message, failed })
      present = present.filter((other) => other !== path)
      // What it did before it failed is no median of the whole.
      samples = samples.filter((sample) => sample.path !== path)
      if (failed) await rig.recover(paths[path].hop)
    }
  }

  if (!held)
    for (const path of present) await attempt(path, () => runFor(warmUp, rig, { workload: name, path, milliseconds }))

  for (let round = 0; round < rounds; round += 1) {
    const turn = round % Math.max(present.length, 1)
    for (const path of [...present.slice(turn), ...present.slice(0, turn)]) {
      await attempt(path, async () => {
        const job: Job = { workload: name, path, milliseconds }
        const figures = held ? await holdThroughFreshHop(rig, job) : await runJob(rig, job, await runningHop(rig, path))
        samples.push({ path, round, figures })
      })
    }
  }
  return { workload: name, rounds, samples, skipped }
}

async function runFor(time: number, rig: Rig, job: Job): Promise<void> {
  const hop = await runningHop(rig, job.path)
  const end = performance.now() + time
  do await runJob(rig, job, hop)
  while (performance.now() < end)
}

async function runningHop(rig: Rig, path: PathName): Promise<RunningHop> {
  return here(await rig.hop(paths[path].hop))
}

/** Memory that a process once had for something else would hide what streams need. */
async function holdThroughFreshHop(rig: Rig, job: Job): Promise<Figures> {
  const hop = here(await rig.freshHop(paths[job.path].hop))
  try {
    return await holdStreams(rig, job, hop)
  } finally {
    await hop.stop()
  }
}

function here(hop: RunningHop | NotHere): RunningHop {
  if (hop instanceof NotHere) throw hop
  return hop
}
