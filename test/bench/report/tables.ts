import { startTitles } from '../measure/start-up.ts'
import { paths } from '../paths.ts'
import { workloads } from '../workloads.ts'
import { columns } from './columns.ts'
import { readable } from './number.ts'
import type { Results, Spread, WorkloadResult } from './results.ts'

/** Rows of cells; the first row is the head. */
export interface Table {
  title: string
  rows: string[][]
  notes: string[]
}

export function workloadTable(result: WorkloadResult): Table {
  const { stream, load, title } = workloads[result.workload]
  const possible = columns[load === 'held' ? 'held' : stream ? 'stream' : 'complete']
  const shown = possible.filter(({ value }) => result.paths.some((path) => value(path) !== undefined))
  return {
    title,
    rows: [
      ['', ...shown.map((column) => column.title)],
      ...result.paths.map((path) => [
        paths[path.path].title,
        ...shown.map(({ value }) => cell(path.path === 'direct' ? ownOnly(path.figures, value(path)) : value(path))),
      ]),
    ],
    notes: result.skipped.map(({ path, reason }) => `${paths[path].title}: left out, ${reason}.`),
  }
}

/** What a direct connection adds to itself says nothing. */
function ownOnly(figures: object, value: Spread | undefined): Spread | undefined {
  return Object.values(figures).includes(value) ? value : undefined
}

export function startUpTable({ startUp }: Results): Table {
  return {
    title: 'start-up',
    rows: [['', 'ms'], ...startUp.map(({ name, milliseconds }) => [startTitles[name], cell(milliseconds)])],
    notes: [],
  }
}

export function goalTable({ goals }: Results): Table {
  return {
    title: 'goals',
    rows: [
      ['path, workload', 'goal', 'measured', ''],
      ...goals.map(({ subject, goal, measured, met }) => [
        subject,
        goal,
        measured === undefined ? 'not measured' : readable(measured),
        met === undefined ? '' : met ? 'met' : 'missed',
      ]),
    ],
    notes: [],
  }
}

function cell(spread: Spread | undefined): string {
  if (!spread) return ''
  const { median, min, max } = spread
  return min === max ? readable(median) : `${readable(median)} (${readable(min)}–${readable(max)})`
}
