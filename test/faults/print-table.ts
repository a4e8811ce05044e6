import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { shown } from './support/endings.ts'
import { faults } from './support/faults.ts'
import { inTurns } from './support/in-turns.ts'
import { cells, startFaultRig } from './support/matrix.ts'
import { expectedEnding, faultTable } from './support/table.ts'

/** Plays every fault, prints the table of what clients saw, and fails where it is not what was expected. */
const document = join(import.meta.dirname, '../../docs/what-happens-when.md')
const seen = new Map<string, string>()
const odd: string[] = []
for (const rest of ['broken', 'healthy'] as const) {
  const rig = await startFaultRig(rest)
  for (const fault of faults) {
    await inTurns(cells, 6, async (cell) => {
      const ending = shown(await rig.endingOf(fault, cell))
      seen.set(keyOf(fault.name, cell, rest), ending)
      const expected = expectedEnding(fault, cell, rest)
      if (ending !== expected) odd.push(`${keyOf(fault.name, cell, rest)}: ${ending}, expected ${expected}`)
    })
  }
  await rig.close()
}

const table = faultTable((fault, cell, rest) => seen.get(keyOf(fault.name, cell, rest)) ?? 'not seen')
console.log(table)
console.log(
  `\n${seen.size} cells: ${faults.length} faults, ${cells.length} ways to ask, with and without a healthy complete call.`,
)
for (const line of odd) console.error(line)
if (odd.length > 0) process.exitCode = 1
else if (process.argv.includes('--write')) {
  const text = readFileSync(document, 'utf8')
  writeFileSync(
    document,
    text.replace(/(<!-- faults -->\n).*(\n<!-- end of faults -->)/s, (_all, before, after) => before + table + after),
  )
}

function keyOf(name: string, { kind, endpoint, style }: (typeof cells)[number], rest: string): string {
  return `${name} (${kind}, ${endpoint}, ${style}, ${rest})`
}
