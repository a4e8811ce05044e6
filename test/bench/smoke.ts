import { startRig } from './measure/rig.ts'
import { measureWorkload } from './measure/measure-workload.ts'
import { stopAllChildren } from './processes/children.ts'
const rig = await startRig()
try {
  for (const name of process.argv.slice(2)) {
    const m = await measureWorkload(rig, name as any, { rounds: 1, time: 0.5 })
    console.log(name, m.skipped)
    for (const s of m.samples) console.log(s.path.padEnd(14), Object.entries(s.figures).map(([k, v]) => `${k}=${v.toFixed(2)}`).join(' '))
  }
} finally { await rig.stop(); await stopAllChildren() }
