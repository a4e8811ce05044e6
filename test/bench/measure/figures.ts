import type { PathName } from '../paths.ts'

/**
 * What is measured of one job. Times in milliseconds, CPU time of the hop alone in microseconds, memory in KB. A figure
 * that a workload or a path does not have is absent.
 */
export interface Figures {
  requestsPerSecond?: number
  eventsPerSecond?: number
  latencyP50?: number
  latencyP99?: number
  firstTokenP50?: number
  firstTokenP99?: number
  jitterP99?: number
  cpuPerRequest?: number
  cpuPerEvent?: number
  memoryPerStream?: number
}
export type FigureName = keyof Figures

export interface Sample {
  path: PathName
  round: number
  figures: Figures
}
