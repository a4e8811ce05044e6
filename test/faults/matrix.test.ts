import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { shown } from './support/endings.ts'
import { faults } from './support/faults.ts'
import { cells, type FaultRig, startFaultRig } from './support/matrix.ts'

describe('an upstream whose every call', () => {
  let rig: FaultRig
  beforeAll(async () => {
    rig = await startFaultRig('broken')
  })
  afterAll(() => rig.close())

  test.concurrent.each(faults)('$name', async (fault) => {
    const seen = await Promise.all(
      cells.map(async (cell) => [cell, shown(await rig.endingOf(fault, cell))] as const),
    )
    const name = ({ kind, endpoint, style }: (typeof cells)[number]) => `${kind} ${endpoint} ${style}`
    expect(Object.fromEntries(seen.map(([cell, ending]) => [name(cell), ending]))).toEqual(
      Object.fromEntries(cells.map((cell) => [name(cell), fault.ending(cell)])),
    )
  })
})
