import { NotHere, type RunningHop } from '../hops/hop.ts'
import { type PathName, paths } from '../paths.ts'
import { type WorkloadName, workloads } from '../workloads.ts'
import type { Sample } from './figures.ts'
import { holdStreams } from './hold-streams.ts'
import type { Rig } from './rig.ts'
import { type Job, runJob } from './run-job.ts'

export interface Measured {
  workload: WorkloadName
  rounds: number
  samples: Sample[]
  /** Paths that this machine does not have, and why. */
  skipped: { path: PathName; reason: string }[]
}

export interface Effort {
  rounds: number
  /** How much of a workload's time is taken. */
  time: number
  /** Of the workload's paths; all where absent. */
  only?: readonly PathName[]
}

/** Measures a workload on all its paths, in turns: A B C, B C A, C A B. What slows the machine slows them alike. */
export async function measureWorkload(rig: Rig, name: WorkloadName, { rounds, time, only }: Effort): Promise<Measured> {
  const { load, paths: all } = workloads[name]
  const measured: Measured = { workload: name, rounds, samples: [], skipped: [] }
  const milliseconds = typeof load === 'object' && 'milliseconds' in load ? load.milliseconds * time : 0
  const held = load === 'held'

  const present: PathName[] = []
  for (const path of only ?? all) {
    const hop = await rig.hop(paths[path].hop)
    if (hop instanceof NotHere) measured.skipped.push({ path, reason: hop.message })
    else if (!held || hop.pid > 0) present.push(path)
    // Loads and compiles what the path needs.
    if (!held && !(hop instanceof NotHere)) await runJob(rig, { workload: name, path, milliseconds }, hop)
  }

  for (let round = 0; round < rounds; round += 1) {
    const turn = round % present.length
    for (const path of [...present.slice(turn), ...present.slice(0, turn)]) {
      const job: Job = { workload: name, path, milliseconds }
      const figures = await (held ? onFreshHop(rig, job, holdStreams) : onRunningHop(rig, job, runJob))
      measured.samples.push({ path, round, figures })
    }
  }
  return measured
}

type Run = typeof runJob

async function onRunningHop(rig: Rig, job: Job, run: Run): ReturnType<Run> {
  return run(rig, job, here(await rig.hop(paths[job.path].hop)))
}

/** Memory that a process once had for something else would hide what streams need. */
async function onFreshHop(rig: Rig, job: Job, run: Run): ReturnType<Run> {
  const hop = here(await rig.freshHop(paths[job.path].hop))
  try {
    return await run(rig, job, hop)
  } finally {
    await hop.stop()
  }
}

function here(hop: RunningHop | NotHere): RunningHop {
  if (hop instanceof NotHere) throw hop
  return hop
}
