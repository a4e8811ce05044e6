import { setTimeout as wait } from 'node:timers/promises'
import type { RunningHop } from '../hops/hop.ts'
import type { Answered, LoadFigures, Order } from '../load/job.ts'
import type { PathName } from '../paths.ts'
import { TimeIsUp } from '../processes/children.ts'
import { usageOf } from '../processes/usage.ts'
import { type WorkloadName, workloads } from '../workloads.ts'
import type { Figures } from './figures.ts'
import type { Rig } from './rig.ts'

export interface Job {
  workload: WorkloadName
  path: PathName
  /** How long, where the workload runs for a time. */
  milliseconds: number
}

/** A wrong byte: nothing that was measured beside it counts. */
export class VoidRun extends Error {
  override readonly name = 'VoidRun'
}

/** A hop refuses, closes or hangs: it cannot do this workload, and the others go on without it. */
export class CannotDo extends Error {
  override readonly name = 'CannotDo'
}

const orderLimit = 60_000

export async function order({ load }: Rig, job: Job, next: Order): Promise<Answered> {
  load.send(next)
  const answered = await load.next<Answered>(orderLimit).catch((error: Error) => {
    throw error instanceof TimeIsUp ? new CannotDo(`no end after ${orderLimit / 1_000} s`) : error
  })
  if (answered.result !== 'failed') return answered
  if (answered.wrong) throw new VoidRun(`${job.workload} through ${job.path}: ${answered.reason}`)
  throw new CannotDo(answered.reason)
}

export function prepare(rig: Rig, job: Job, { port }: RunningHop): Promise<Answered> {
  return order(rig, job, { ...job, order: 'prepare', port, upstreamPort: rig.context.upstreamPort })
}

/** One job through a hop, with the CPU time that the hop took meanwhile. */
export async function runJob(rig: Rig, job: Job, hop: RunningHop): Promise<Figures> {
  await prepare(rig, job, hop)
  const before = usageOf(hop.pid)
  const answered = await order(rig, job, { order: 'go' })
  if (answered.result !== 'done') throw new Error('the load did not say what came of it')
  // What a hop does for an answer may last a little longer than the answer: its line of the log.
  await wait(20)
  const cpu = usageOf(hop.pid).cpu - before.cpu
  return figuresOf(job.workload, answered.figures, hop.pid === 0 ? undefined : cpu * 1_000)
}

function figuresOf(workload: WorkloadName, load: LoadFigures, cpu: number | undefined): Figures {
  const { stream } = workloads[workload]
  const { requests, events, elapsed, latencyP50, latencyP99, firstTokenP50, firstTokenP99, jitterP99 } = load
  return {
    requestsPerSecond: (requests / elapsed) * 1_000,
    latencyP50,
    latencyP99,
    ...(cpu !== undefined && { cpuPerRequest: cpu / requests }),
    ...(stream && { eventsPerSecond: (events / elapsed) * 1_000, firstTokenP50, firstTokenP99 }),
    ...(stream && cpu !== undefined && { cpuPerEvent: cpu / events }),
    ...(workload === 'stream' && { jitterP99 }),
  }
}
