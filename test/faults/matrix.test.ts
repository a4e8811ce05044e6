import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectionEndings, connectionFaults } from './support/connection-faults.ts'
import { shown } from './support/endings.ts'
import { type Cell, type Fault, faults, healedEnding } from './support/faults.ts'
import { cells, type FaultRig, startFaultRig } from './support/matrix.ts'

describe.each([
  { rest: 'broken' as const, expected: ({ ending }: Fault, cell: Cell) => ending(cell) },
  { rest: 'healthy' as const, expected: healedEnding },
])('an upstream whose other calls are $rest', ({ rest, expected }) => {
  let rig: FaultRig
  beforeAll(async () => {
    rig = await startFaultRig(rest)
  })
  afterAll(() => rig.close())

  test.concurrent.each(faults)('and which $name', { timeout: 60_000 }, async (fault) => {
    const seen = await Promise.all(cells.map(async (cell) => shown(await rig.endingOf(fault, cell))))
    const named = (endings: readonly string[]) =>
      cells.map(({ kind, endpoint, style }, index) => `${kind} ${endpoint} ${style}: ${endings[index]}`)
    expect(named(seen)).toEqual(named(cells.map((cell) => expected(fault, cell))))
  })
})

test.concurrent.each(connectionFaults)('an upstream that $name', { timeout: 60_000 }, async (fault) => {
  const seen = await connectionEndings(fault)
  expect(seen.length).toBe(cells.length)
  expect(seen.filter(({ ending }) => shown(ending) !== fault.ending)).toEqual([])
})
