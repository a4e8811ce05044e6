import { test } from 'vitest'
import { cells, startFaultRig } from './faults/support/matrix.ts'
import { faults } from './faults/support/faults.ts'
test('x', async () => {
  const rig = await startFaultRig('broken')
  const bad = faults.find((f) => f.name.startsWith('sends something'))!
  const ok = faults.find((f) => f.name.startsWith('compresses its'))!
  for (let round = 0; round < 5; round++) {
  await Promise.all(cells.map(async (c) => {
    const e = await rig.endingOf(bad, c); if (e.how !== 'whole') console.log('bad', c, e)
  }))
  await Promise.all(cells.map(async (c) => {
    const e = await rig.endingOf(ok, c); if (e.how !== 'whole') console.log('ok', c, e)
  }))
  }
  for (const k of ['argo','openai'] as const) console.log(rig.proxyOf(k).logged.filter((l) => l.level !== 'info').map((l) => JSON.stringify(l.detail)).join('\n'))
  await rig.close()
}, 30000)
