import { setTimeout as wait } from 'node:timers/promises'
import { answers } from '../answers.ts'
import type { RunningHop } from '../hops/hop.ts'
import { usageOf } from '../processes/usage.ts'
import { workloads } from '../workloads.ts'
import type { Figures } from './figures.ts'
import type { Rig } from './rig.ts'
import { type Job, order, prepare, runJob } from './run-job.ts'

/** Milliseconds until V8 has cleaned up after so many openings, which is not theirs; and of what is then measured, at least. */
const settling = 2_000
const measured = 2_000

/** Holds streams open through a hop that has served a little before, and weighs it before and meanwhile. */
export async function holdStreams(rig: Rig, job: Job, hop: RunningHop): Promise<Figures> {
  const { concurrency, answer } = workloads[job.workload]
  // Its code is loaded and compiled: what it weighs more later are the streams.
  await runJob(rig, { ...job, workload: 'small', milliseconds: 300 }, hop)
  await runJob(rig, { ...job, workload: 'stream', milliseconds: 0 }, hop)
  await wait(200)
  const before = usageOf(hop.pid)
  await prepare(rig, job, hop)
  await order(rig, job, { order: 'go' })
  await wait(settling)
  // All streams have been opened together, and so their chunks come: as many from each.
  const { gap } = answers[answer]
  const time = Math.ceil(measured / gap) * gap
  const opened = usageOf(hop.pid)
  await wait(time)
  const held = usageOf(hop.pid)
  rig.upstream.send('release')
  await order(rig, job, { order: 'finish' })
  if (hop.pid === 0) return {}
  return {
    memoryPerStream: (held.memory - before.memory) / concurrency,
    cpuPerEvent: ((held.cpu - opened.cpu) * 1_000) / ((concurrency * time) / gap),
  }
}
