import type { PathName } from '../paths.ts'
import type { WorkloadName } from '../workloads.ts'

/** A function: what it took itself, and with all that it called. */
export interface Line {
  name: string
  self: number
  total: number
}

/** Where the time of a path goes, or its memory; the most expensive function first. */
export interface Profile {
  workload: WorkloadName
  path: PathName
  unit: '% of CPU' | 'KB/stream'
  lines: Line[]
}
