import type { FigureName } from '../measure/figures.ts'
import { costFigure } from './goals.ts'
import type { PathResult, Spread, WorkloadResult } from './results.ts'

/** A column of a workload's table, shown where any of its paths has it. */
export interface Column {
  title: string
  value(result: PathResult): Spread | undefined
}

const figure = (name: FigureName, title: string): Column => ({ title, value: ({ figures }) => figures[name] })
const added = (name: FigureName, title: string): Column => ({ title, value: ({ added: all }) => all[name] })

/** The first of these figures that a path has, relative to another path. */
const ratio = (reference: keyof PathResult['ratios'], title: string, ...names: FigureName[]): Column => ({
  title,
  value: ({ ratios }) => names.map((name) => ratios[reference]?.[name]).find((spread) => spread !== undefined),
})

export const columns: Readonly<Record<'complete' | 'stream' | 'held', readonly Column[]>> = {
  complete: [
    figure('requestsPerSecond', 'requests/s'),
    ratio('direct', '× direct', 'requestsPerSecond'),
    added('latencyP50', 'added p50 ms'),
    added('latencyP99', 'added p99 ms'),
    figure('cpuPerRequest', 'CPU µs/request'),
    ratio('http-proxy-3', 'CPU × http-proxy-3', 'cpuPerRequest'),
    ratio('nginx', 'CPU × nginx', 'cpuPerRequest'),
  ],
  stream: [
    figure('eventsPerSecond', 'chunks/s'),
    added('firstTokenP50', 'added first token p50 ms'),
    added('firstTokenP99', 'p99 ms'),
    figure('jitterP99', 'jitter p99 ms'),
    figure('cpuPerEvent', 'CPU µs/chunk'),
    figure('cpuPerRequest', 'CPU µs/request'),
    ratio('http-proxy-3', 'CPU × http-proxy-3', 'cpuPerRequest'),
    ratio('nginx', 'CPU × nginx', 'cpuPerRequest'),
  ],
  held: [
    figure('memoryPerStream', 'KB/stream'),
    ratio('http-proxy-3', '× http-proxy-3', 'memoryPerStream'),
    ratio('nginx', '× nginx', 'memoryPerStream'),
    figure('cpuPerEvent', 'CPU µs/chunk'),
  ],
}

const costTitles: Partial<Record<FigureName, string>> = {
  cpuPerRequest: 'CPU µs/request',
  cpuPerEvent: 'CPU µs/chunk',
  memoryPerStream: 'KB/stream',
}

/** The lowest rounds are those that other load on the machine disturbed least. */
export function costColumns({ workload, paths }: WorkloadResult): Column[] {
  const cost = costFigure[workload]
  const reference = paths.find(({ path }) => path === 'http-proxy-3')?.figures[cost]
  const lowest: Column = {
    title: 'lowest × lowest',
    value({ figures }) {
      const own = figures[cost]
      if (!own || !reference) return undefined
      const times = own.min / reference.min
      return { median: times, min: times, max: times }
    },
  }
  return [figure(cost, costTitles[cost] ?? cost), ratio('http-proxy-3', '× http-proxy-3', cost), lowest]
}
