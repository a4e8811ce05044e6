import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { NotHere } from './hops/hop.ts'
import { startRig } from './measure/rig.ts'
import { runJob } from './measure/run-job.ts'
import { type PathName, paths } from './paths.ts'
import { stopAllChildren } from './processes/children.ts'
import { hottest, readCpuProfile } from './profile/cpu-profile.ts'
import { flameGraph } from './profile/flame-graph.ts'
import { type WorkloadName, workloads } from './workloads.ts'

/**
 * Where a hop's time goes: `node test/bench/profile.ts flood byte-lane [--times 20] [--lines 30] [--svg FILE] [--heap]`. Prints
 * the functions that took the most time, and draws a flame graph. `--heap` samples allocations instead and leaves a
 * `.heapprofile` for the DevTools.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    times: { type: 'string', default: '10' },
    lines: { type: 'string', default: '30' },
    svg: { type: 'string' },
    heap: { type: 'boolean', default: false },
  },
})
const workload = oneOf<WorkloadName>(positionals[0], workloads)
const path = oneOf<PathName>(positionals[1], paths)
const directory = mkdtempSync(join(tmpdir(), 'argo-proxy-profile-'))
const flags = values.heap
  ? ['--heap-prof', '--heap-prof-interval=4096', `--heap-prof-dir=${directory}`]
  : ['--cpu-prof', '--cpu-prof-interval=250', `--cpu-prof-dir=${directory}`]

let warm = 0
process.on('SIGINT', () => void stopAllChildren().then(() => process.exit(130)))
const rig = await startRig()
try {
  const hop = await rig.freshHop(paths[path].hop, flags)
  if (hop instanceof NotHere) throw hop
  const { load } = workloads[workload]
  const milliseconds = typeof load === 'object' && 'milliseconds' in load ? load.milliseconds : 0
  // Start-up and the compiling of the first requests are left out.
  await runJob(rig, { workload, path, milliseconds }, hop)
  warm = Number(process.hrtime.bigint() / 1_000n)
  for (let time = 0; time < Number(values.times); time += 1) await runJob(rig, { workload, path, milliseconds }, hop)
  await hop.stop()
} finally {
  await rig.stop()
  await stopAllChildren()
}
report()

function report(): void {
  const [written] = readdirSync(directory)
  if (written === undefined) throw new Error('this hop wrote no profile: it is no process of Node')
  const file = join(directory, written)
  if (values.heap) return console.log(`allocations: ${file}`)
  const root = readCpuProfile(file, warm)
  for (const by of ['self', 'total'] as const) {
    console.log(
      by === 'self' ? '\n  self  total   the most time of their own' : '\n  self  total   with what they called',
    )
    for (const { name, self, total } of hottest(root, by, Number(values.lines))) {
      console.log(`${percent(self)}  ${percent(total)}  ${name}`)
    }
  }
  if (values.svg) writeFileSync(values.svg, flameGraph(root, `${workloads[workload].title}: ${paths[path].title}`))
  rmSync(directory, { recursive: true })
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`.padStart(6)
}

function oneOf<Name extends string>(name: string | undefined, known: Readonly<Record<Name, unknown>>): Name {
  for (const one in known) if (one === name) return one
  throw new Error(`${name ?? 'nothing'} is none of ${Object.keys(known).join(', ')}`)
}
