import type { Table } from './tables.ts'

/** For a terminal. */
export function textTable({ title, rows, notes }: Table): string {
  const widths: number[] = []
  for (const row of rows)
    for (const [index, text] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, text.length)
  const lines = rows.map((row) =>
    row
      .map((text, index) => padded(text, widths[index] ?? 0, index))
      .join('  ')
      .trimEnd(),
  )
  return ['', title, ...lines.map((line) => `  ${line}`), ...notes.map((note) => `  ${note}`)].join('\n')
}

/** Names to the left, figures to the right. */
function padded(text: string, width: number, column: number): string {
  return column === 0 ? text.padEnd(width) : text.padStart(width)
}

export function markdownTable({ rows: [head = [], ...body], notes }: Table): string {
  // V8 names a regular expression by its text.
  const safe = (cell: string) => cell.replaceAll('|', '\\|').replaceAll('<', '&lt;')
  const line = (cells: readonly string[]) => `| ${cells.map(safe).join(' | ')} |`
  const rule = line(head.map((_, index) => (index === 0 ? '---' : '---:')))
  return [line(head), rule, ...body.map(line), ...notes.map((note) => `\n${note}`)].join('\n')
}
