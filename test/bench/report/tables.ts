import { startTitles } from '../measure/start-up.ts'
import { paths } from '../paths.ts'
import type { Profile } from '../profile/profile.ts'
import { workloads } from '../workloads.ts'
import { type Column, columns, costColumns } from './columns.ts'
import { verdict } from './goals.ts'
import { readable } from './number.ts'
import type { Results, Spread, WorkloadResult } from './results.ts'

/** Rows of cells; the first row is the head. */
export interface Table {
  title: string
  rows: string[][]
  notes: string[]
}

export function workloadTable(result: WorkloadResult): Table {
  const { stream, load } = workloads[result.workload]
  return tableOf(result, columns[load === 'held' ? 'held' : stream ? 'stream' : 'complete'])
}

/** What the hops cost, and nothing else. */
export function costTable(result: WorkloadResult): Table {
  return tableOf(result, costColumns(result))
}

function tableOf(result: WorkloadResult, possible: readonly Column[]): Table {
  const shown = possible.filter(({ value }) => result.paths.some((path) => value(path) !== undefined))
  return {
    title: workloads[result.workload].title,
    rows: [
      ['', ...shown.map((column) => column.title)],
      ...result.paths.map((path) => [
        paths[path.path].title,
        ...shown.map(({ value }) => cell(path.path === 'direct' ? ownOnly(path.figures, value(path)) : value(path))),
      ]),
    ],
    notes: result.skipped.map(
      ({ path, reason, failed }) => `${paths[path].title}: ${failed ? 'cannot do this' : 'left out'}: ${reason}.`,
    ),
  }
}

/** What a direct connection adds to itself says nothing. */
function ownOnly(figures: object, value: Spread | undefined): Spread | undefined {
  return Object.values(figures).includes(value) ? value : undefined
}

/** V8 names a regular expression by all of its text. */
function shortened(name: string): string {
  return name.length > 80 ? `${name.slice(0, 79)}…` : name
}

/** The functions that take the most. */
export function profileTable({ title, unit, lines }: Profile): Table {
  return {
    title: `${title}: ${unit}`,
    rows: [
      ['function', 'its own', 'with what it called'],
      ...lines.map(({ name, self, total }) => [shortened(name), self.toFixed(1), total.toFixed(1)]),
    ],
    notes: [],
  }
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
      ...goals.map((one) => [
        one.subject,
        one.goal,
        one.measured === undefined ? 'not measured' : readable(one.measured),
        verdict(one),
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
