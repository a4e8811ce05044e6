/** Results, for other programs too. */
export function write(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Everything that is said to a person beside the result. */
export function writeError(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Rows in columns that are as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length)
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** Ends the process once what was written is out, whatever a plugin has left running. */
export function exit(status: number): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(status)))
}
