import { readFileSync, writeFileSync } from 'node:fs'
import { connectionEndings, connectionFaults } from './support/connection-faults.ts'
import { shown } from './support/endings.ts'
import { type Cell, faults } from './support/faults.ts'
import { inTurns } from './support/in-turns.ts'
import { cells, startFaultRig } from './support/matrix.ts'
import { expectedEnding, faultTable, tablePage, withTable } from './support/table.ts'

/**
 * Plays every fault, prints the table of what clients saw, and fails where it is not what was expected. `--write` puts it
 * into the documentation.
 */
const seen = new Map<string, string>()
const odd: string[] = []
let slowest = 0

function note(key: string, ending: string, expected: string): void {
  seen.set(key, ending)
  if (ending !== expected) odd.push(`${key}: ${ending}, expected ${expected}`)
}

for (const rest of ['broken', 'healthy'] as const) {
  const rig = await startFaultRig(rest)
  for (const fault of faults) {
    await inTurns(cells, 6, async (cell) => {
      const begun = performance.now()
      const ending = shown(await rig.endingOf(fault, cell))
      slowest = Math.max(slowest, performance.now() - begun)
      note(keyOf(fault.name, cell, rest), ending, expectedEnding(fault, cell, rest))
    })
  }
  await rig.close()
}
for (const fault of connectionFaults) {
  for (const { cell, ending } of await connectionEndings(fault)) {
    note(keyOf(fault.name, cell, 'no connection'), shown(ending), fault.ending)
  }
}

const table = faultTable((fault, cell, rest) => seen.get(keyOf(fault.name, cell, rest)) ?? 'not seen')
const hung = [...seen.values()].filter((ending) => ending === 'hung').length
console.log(`${table}

${seen.size} cells: ${faults.length} faults, ${cells.length} ways to ask, with and without a healthy complete call; and \
${connectionFaults.length} faults of the connection.
${hung} hung; the slowest took ${Math.round(slowest)} ms.`)
for (const line of odd) console.error(line)
if (odd.length > 0) process.exitCode = 1
else if (process.argv.includes('--write')) {
  writeFileSync(tablePage, withTable(readFileSync(tablePage, 'utf8'), table))
}

function keyOf(name: string, { kind, endpoint, style }: Cell, rest: string): string {
  return `${name} (${kind}, ${endpoint}, ${style}, ${rest})`
}
