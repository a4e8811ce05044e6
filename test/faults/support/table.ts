import { join } from 'node:path'
import { upstreamKinds } from '../../support/upstreams.ts'
import { connectionFaults } from './connection-faults.ts'
import { endpoints } from './endings.ts'
import { type Cell, type Fault, faults, healedEnding, type styles } from './faults.ts'

/** How each cell of the matrix ends: `broken` where every call of the upstream fares so, `healthy` where streams alone do. */
export type EndingOf = (fault: Fault, cell: Cell, rest: 'broken' | 'healthy') => string

/** What the tests expect, which is what they see. */
export const expectedEnding: EndingOf = (fault, cell, rest) =>
  rest === 'broken' ? fault.ending(cell) : healedEnding(fault, cell)

/** Where the table stands for users, between two marks. */
export const tablePage = join(import.meta.dirname, '../../../docs/what-happens-when.md')
const place = /(?<=<!-- faults -->\n\n).*(?=\n\n<!-- end of faults -->)/s

export function tableIn(page: string): string | undefined {
  return place.exec(page)?.[0]
}

export function withTable(page: string, table: string): string {
  return page.replace(place, () => table)
}

const columns = [
  { title: 'real stream', style: 'real', rest: 'healthy' },
  { title: 'real stream, where complete calls fare so as well', style: 'real', rest: 'broken' },
  { title: 'pseudo stream', style: 'pseudo', rest: 'broken' },
  { title: 'not streamed', style: 'whole', rest: 'broken' },
] as const satisfies readonly { title: string; style: (typeof styles)[number]; rest: 'broken' | 'healthy' }[]

/** The matrix in Markdown: a row for each fault; the endpoints are alike, and so are the upstreams unless it says so. */
export function faultTable(endingOf: EndingOf): string {
  const rows = faults.map((fault) => {
    const seen = columns.map(({ style, rest }) => {
      const perKind = upstreamKinds.map((kind) =>
        unique(endpoints.map((endpoint) => endingOf(fault, { kind, endpoint, style }, rest))).join(' / '),
      )
      return unique(perKind).length === 1
        ? words(perKind[0] ?? '')
        : upstreamKinds.map((kind, index) => `${kind}: ${words(perKind[index] ?? '')}`).join('<br>')
    })
    return [fault.name, ...seen]
  })
  const ofConnections = connectionFaults.map(({ name, ending }) => [name, ...columns.map(() => words(ending))])
  const titles = ['the upstream', ...columns.map(({ title }) => title)]
  return aligned([titles, titles.map(() => ''), ...rows, ...ofConnections])
}

/** As a formatter of Markdown would have it; the second row is the ruler. */
function aligned(rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)))
  return rows
    .map((cells, row) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, row === 1 ? '-' : ' ')))
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}

function unique(items: string[]): string[] {
  return [...new Set(items)]
}

function words(ending: string): string {
  return ending
    .replace(/^(\d{3}) (\w+)$/, '$1 `$2`')
    .replace(/^in-band (\w+)$/, 'error in the stream: `$1`')
    .replace('whole', 'the answer')
    .replace('short', 'what was sent: nothing tells that it is not all')
}
