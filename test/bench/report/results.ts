import { availableParallelism, cpus, totalmem } from 'node:os'
import { portkeyVersion } from '../hops/portkey.ts'
import type { FigureName, Sample } from '../measure/figures.ts'
import type { Measured } from '../measure/measure-workload.ts'
import { type StartName, type StartSample, startNames } from '../measure/start-up.ts'
import { type PathName, paths } from '../paths.ts'
import type { Profile } from '../profile/profile.ts'
import { median } from '../statistics.ts'
import type { WorkloadName } from '../workloads.ts'
import { type GoalResult, judgeGoals } from './goals.ts'

/** The median of the rounds, with the lowest and the highest. */
export interface Spread {
  median: number
  min: number
  max: number
}

/** What one path did in one workload. Units as in `Figures`. */
export interface PathResult {
  path: PathName
  figures: Partial<Record<FigureName, Spread>>
  /** Times that the hop adds to those of a direct connection in the same round: milliseconds. */
  added: Partial<Record<FigureName, Spread>>
  /** Relative to another path in the same round. */
  ratios: Partial<Record<PathName, Partial<Record<FigureName, Spread>>>>
}

export interface WorkloadResult {
  workload: WorkloadName
  rounds: number
  paths: PathResult[]
  skipped: Measured['skipped']
}

/** `docs/performance.json`. */
export interface Results {
  date: string
  effort: 'whole' | 'quick'
  machine: { cpu: string; cores: number; memoryGigabytes: number; node: string }
  portkey: string
  workloads: WorkloadResult[]
  startUp: { name: StartName; milliseconds: Spread }[]
  goals: GoalResult[]
  /** Of the flame graph, and of what missed a goal; empty where none were taken. */
  profiles: Profile[]
}

export function resultsOf(
  measured: readonly Measured[],
  starts: readonly StartSample[],
  effort: Results['effort'],
): Results {
  const workloads = measured.map(workloadResult)
  const startUp = startNames.flatMap((name) => {
    const times = starts.filter((start) => start.name === name).map(({ milliseconds }) => milliseconds)
    return times.length > 0 ? [{ name, milliseconds: spread(times) }] : []
  })
  return {
    date: new Date().toISOString().slice(0, 10),
    effort,
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      memoryGigabytes: Math.round(totalmem() / 2 ** 30),
      node: process.versions.node,
    },
    portkey: portkeyVersion,
    workloads,
    startUp,
    goals: judgeGoals(workloads, startUp),
    profiles: [],
  }
}

function workloadResult({ workload, rounds, samples, skipped }: Measured): WorkloadResult {
  const present = [...new Set(samples.map(({ path }) => path))]
  // As they are listed, not in the order of the rounds.
  const ordered = Object.keys(paths).flatMap((name) => present.filter((path) => path === name))
  return { workload, rounds, skipped, paths: ordered.map((path) => pathResult(path, samples)) }
}

function pathResult(path: PathName, samples: readonly Sample[]): PathResult {
  const ratio = (figure: number, other: number) => figure / other
  const ratios = (['direct', 'nginx', 'http-proxy-3', 'portkey', 'argo-text'] as const).map((reference) => [
    reference,
    compare(path, samples, reference, ratio),
  ])
  return {
    path,
    figures: compare(path, samples),
    added: compare(path, samples, 'direct', (figure, other) => figure - other),
    ratios: Object.fromEntries(ratios),
  }
}

/** The figures of a path, or what they are against those of another path in the same round. */
function compare(
  path: PathName,
  samples: readonly Sample[],
  reference?: PathName,
  against: (figure: number, other: number) => number = (figure) => figure,
): Partial<Record<FigureName, Spread>> {
  const values = new Map<string, number[]>()
  for (const sample of samples) {
    if (sample.path !== path) continue
    const other = reference
      ? samples.find((one) => one.path === reference && one.round === sample.round)?.figures
      : sample.figures
    for (const [name, figure] of Object.entries(sample.figures)) {
      const compared = Object.entries(other ?? {}).find(([one]) => one === name)?.[1]
      if (compared === undefined || !Number.isFinite(figure)) continue
      values.set(name, [...(values.get(name) ?? []), against(figure, compared)])
    }
  }
  return Object.fromEntries([...values].map(([name, all]) => [name, spread(all)]))
}

function spread(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) }
}
