import type { PathName } from '../paths.ts'
import type { WorkloadName } from '../workloads.ts'

/** What the load process is told to do. It answers each with one message. */
export type Order =
  /** Opens the connections, and warms them with one small request each. Answered with `ready`. */
  | {
      order: 'prepare'
      workload: WorkloadName
      path: PathName
      port: number
      upstreamPort: number
      /** Where the workload runs for a time: milliseconds. */
      milliseconds: number
    }
  /** The clock runs. Of held streams, answered with `ready` when each has begun; otherwise as `finish`. */
  | { order: 'go' }
  /** Waits for the held streams, which the upstream was told to end, and answers with what came of it all. */
  | { order: 'finish' }

export type Answered =
  | { result: 'ready' }
  | { result: 'done'; figures: LoadFigures }
  /** `wrong`: there was an answer, and it was not the one that the upstream sent. */
  | { result: 'failed'; reason: string; wrong: boolean }

/** Times in milliseconds. */
export interface LoadFigures {
  requests: number
  /** Events with text, of streams. */
  events: number
  /** Between the first request and the last byte. */
  elapsed: number
  latencyP50: number
  latencyP99: number
  firstTokenP50: number
  firstTokenP99: number
  /** How far the gaps between events are from those that the upstream leaves, at worst but for one of a hundred. */
  jitterP99: number
}
