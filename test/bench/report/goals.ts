import type { FigureName } from '../measure/figures.ts'
import type { StartName } from '../measure/start-up.ts'
import { type PathName, paths } from '../paths.ts'
import type { WorkloadName } from '../workloads.ts'
import type { PathResult, Spread, WorkloadResult } from './results.ts'

/** One figure of a path, at most so many times that of another path in the same run. */
interface Goal {
  path: PathName
  workload: WorkloadName
  figure: FigureName
  /** The time that the hop adds to a direct connection, not the whole. */
  added?: true
  reference: PathName
  limit: number
}

export interface GoalResult {
  /** In words. */
  goal: string
  subject: string
  limit: number
  /** Absent where this run did not measure it. */
  measured?: number
  /** Absent where it cannot be told. A path that could not do the workload has missed its goals. */
  met?: boolean
  /** Where to look for the cause. */
  cause: Cause
}

/** What a profile can be taken of: a path in a workload, or the start. */
export type Cause = { path: PathName; workload: WorkloadName } | 'start-up'

/** `met`, `missed by 20 %`, `missed: it could not do the workload`; nothing where it cannot be told. */
export function verdict({ met, measured, limit }: GoalResult): string {
  if (met === undefined) return ''
  if (met) return 'met'
  if (measured === undefined) return 'missed: it could not do the workload'
  const percent = (measured / limit - 1) * 100
  return `missed by ${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`
}

/** What is compared of a workload. */
export const costFigure: Readonly<Record<WorkloadName, FigureName>> = {
  single: 'cpuPerRequest',
  small: 'cpuPerRequest',
  stream: 'cpuPerEvent',
  flood: 'cpuPerEvent',
  prompt: 'cpuPerRequest',
  held: 'memoryPerStream',
  'held-5000': 'memoryPerStream',
  pseudo: 'cpuPerRequest',
  tools: 'cpuPerRequest',
}

/** CPU time (of held streams: memory) relative to bare http-proxy-3. */
const limits: [PathName, Partial<Record<WorkloadName, number>>][] = [
  ['byte-lane', { small: 1.1, stream: 1, flood: 0.6, prompt: 1.1, held: 1.1 }],
  ['argo-text', { stream: 1, flood: 0.8, held: 1.2 }],
  ['argo-complete', { small: 1.4, prompt: 2 }],
  ['responses', { stream: 1.3, flood: 2, held: 1.4 }],
]

/** How much a path may cost relative to bare http-proxy-3. */
export function cpuLimit(path: PathName, workload: WorkloadName): number | undefined {
  return limits.find(([limited]) => limited === path)?.[1][workload]
}

const words: Partial<Record<FigureName, string>> = {
  cpuPerRequest: 'CPU per request',
  cpuPerEvent: 'CPU per chunk',
  memoryPerStream: 'memory per stream',
  firstTokenP50: 'added first-token latency',
}

function goals(workloads: readonly WorkloadResult[]): Goal[] {
  const againstLibrary = limits.flatMap(([path, row]) =>
    workloads.flatMap(({ workload }): Goal[] => {
      const limit = row[workload]
      return limit === undefined
        ? []
        : [{ path, workload, figure: costFigure[workload], reference: 'http-proxy-3', limit }]
    }),
  )
  const againstPortkey = workloads.flatMap(({ workload, paths: measured }): Goal[] => {
    const own = measured.map(({ path }) => path).filter((path) => paths[path].own)
    if (!measured.some(({ path }) => path === 'portkey')) return []
    const figure = costFigure[workload] === 'memoryPerStream' ? 'cpuPerEvent' : costFigure[workload]
    return own.map((path) => ({ path, workload, figure, reference: 'portkey', limit: 0.2 }))
  })
  const firstToken = { path: 'byte-lane', workload: 'stream', figure: 'firstTokenP50', added: true } as const
  return [
    ...againstLibrary,
    { path: 'pseudo', workload: 'pseudo', figure: 'cpuPerRequest', reference: 'argo-text', limit: 1.5 },
    { ...firstToken, reference: 'http-proxy-3', limit: 1.1 },
    { ...firstToken, reference: 'portkey', limit: 0.1 },
    ...againstPortkey,
  ]
}

/** Every goal with what this run says of it. */
export function judgeGoals(
  workloads: readonly WorkloadResult[],
  startUp: readonly { name: StartName; milliseconds: Spread }[],
): GoalResult[] {
  const results = goals(workloads).map((goal) => {
    const { path, workload, limit } = goal
    const result = workloads.find((one) => one.workload === workload)
    const subject = `${paths[path].title.replace('argo-proxy: ', '')}, ${workload}`
    const wording = `${words[goal.figure]} ≤ ${limit} × ${paths[goal.reference].title}`
    const failed = result?.skipped.some((one) => one.path === path && one.failed)
    const judgement = failed ? { met: false } : judged(limit, ratioOf(result?.paths ?? [], goal))
    return { subject, goal: wording, limit, ...judgement, cause: { path, workload } }
  })
  const [own, other] = (['argo-proxy', 'portkey'] as const).map(
    (name) => startUp.find((start) => start.name === name)?.milliseconds.median,
  )
  const ratio = own && other && own / other
  const goal = 'time until it listens ≤ 0.5 × @portkey-ai/gateway'
  const start = { subject: 'start-up', goal, limit: 0.5, ...judged(0.5, ratio), cause: 'start-up' as const }
  return [...results, start]
}

/** Within the rounds where the figure is compared as it is. Differences are compared by their medians: some are near 0. */
function ratioOf(measured: readonly PathResult[], { path, figure, added, reference }: Goal): number | undefined {
  const [own, other] = [path, reference].map((name) => measured.find((result) => result.path === name))
  if (!added) return own?.ratios[reference]?.[figure]?.median
  const [ownTime, otherTime] = [own?.added[figure]?.median, other?.added[figure]?.median]
  return ownTime !== undefined && otherTime !== undefined ? ownTime / otherTime : undefined
}

function judged(limit: number, measured: number | undefined): Pick<GoalResult, 'measured' | 'met'> {
  return measured === undefined ? {} : { measured, met: measured <= limit }
}
