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
  met?: boolean
}

const cpu: Readonly<Record<WorkloadName, FigureName>> = {
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
      return limit === undefined ? [] : [{ path, workload, figure: cpu[workload], reference: 'http-proxy-3', limit }]
    }),
  )
  const againstPortkey = workloads.flatMap(({ workload, paths: measured }): Goal[] => {
    const own = measured.map(({ path }) => path).filter((path) => paths[path].own)
    if (!measured.some(({ path }) => path === 'portkey') || cpu[workload] === 'memoryPerStream') return []
    return own.map((path) => ({ path, workload, figure: cpu[workload], reference: 'portkey', limit: 0.2 }))
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
    const measured = workloads.find(({ workload }) => workload === goal.workload)?.paths ?? []
    const subject = `${paths[goal.path].title.replace('argo-proxy: ', '')}, ${goal.workload}`
    const wording = `${words[goal.figure]} ≤ ${goal.limit} × ${paths[goal.reference].title}`
    return judged(subject, wording, goal.limit, ratioOf(measured, goal))
  })
  const [own, other] = (['argo-proxy', 'portkey'] as const).map(
    (name) => startUp.find((start) => start.name === name)?.milliseconds.median,
  )
  const ratio = own && other && own / other
  return [...results, judged('start-up', 'time until it listens ≤ 0.5 × @portkey-ai/gateway', 0.5, ratio)]
}

/** Within the rounds where the figure is compared as it is. Differences are compared by their medians: some are near 0. */
function ratioOf(measured: readonly PathResult[], { path, figure, added, reference }: Goal): number | undefined {
  const [own, other] = [path, reference].map((name) => measured.find((result) => result.path === name))
  if (!added) return own?.ratios[reference]?.[figure]?.median
  const [ownTime, otherTime] = [own?.added[figure]?.median, other?.added[figure]?.median]
  return ownTime !== undefined && otherTime !== undefined ? ownTime / otherTime : undefined
}

function judged(subject: string, goal: string, limit: number, measured: number | undefined): GoalResult {
  return measured === undefined ? { subject, goal, limit } : { subject, goal, limit, measured, met: measured <= limit }
}
