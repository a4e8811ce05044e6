import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Rig, startRig } from './measure/rig.ts'
import { startTitles } from './measure/start-up.ts'
import { type PathName, paths } from './paths.ts'
import { stopAllChildren } from './processes/children.ts'
import { type Frame, hottest } from './profile/cpu-profile.ts'
import { flameGraph } from './profile/flame-graph.ts'
import { type ProfileOrder, takeCpuProfile, takeHeapProfile, takeStartProfile } from './profile/take-profile.ts'
import { weigh } from './profile/weigh.ts'
import { type WorkloadName, workloads } from './workloads.ts'

/**
 * Where a hop's time goes: `node test/bench/profile.ts flood byte-lane [--times 20] [--lines 30] [--svg FILE] [--heap]`. Prints
 * the functions that took the most time, and draws a flame graph. `--heap` samples allocations instead and leaves a
 * `.heapprofile` for the DevTools. Of `held`: where the memory of an open stream goes. `start-up`, without a path: where the
 * time of a start goes.
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
const times = Number(values.times)

process.on('SIGINT', () => void stopAllChildren().then(() => process.exit(130)))
const rig = await startRig()
try {
  await profile(rig)
} finally {
  await rig.stop()
  await stopAllChildren()
}

async function profile(started: Rig): Promise<void> {
  if (positionals[0] === 'start-up')
    return report(await takeStartProfile(started.context, times), startTitles['argo-proxy'])
  const workload = oneOf<WorkloadName>(positionals[0], workloads)
  const path = oneOf<PathName>(positionals[1], paths)
  const order: ProfileOrder = { workload, path, enough: (done) => done >= times }
  if (workload === 'held' || workload === 'held-5000') {
    const { lines } = await weigh(started, workload, path)
    console.log('    KB   with what they called   for each stream, alive')
    for (const { name, self, total } of lines.slice(0, Number(values.lines))) {
      console.log(`${self.toFixed(2).padStart(6)}  ${total.toFixed(2).padStart(6)}  ${name}`)
    }
  } else if (values.heap) console.log(`allocations: ${await takeHeapProfile(started, order)}`)
  else report(await takeCpuProfile(started, order), `${workloads[workload].title}: ${paths[path].title}`)
}

function report(root: Frame, title: string): void {
  for (const by of ['self', 'total'] as const) {
    console.log(
      by === 'self' ? '\n  self  total   the most time of their own' : '\n  self  total   with what they called',
    )
    for (const { name, self, total } of hottest(root, by, Number(values.lines))) {
      console.log(`${percent(self)}  ${percent(total)}  ${name}`)
    }
  }
  if (values.svg) writeFileSync(values.svg, flameGraph(root, title))
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`.padStart(6)
}

function oneOf<Name extends string>(name: string | undefined, known: Readonly<Record<Name, unknown>>): Name {
  for (const one in known) if (one === name) return one
  throw new Error(`${name ?? 'nothing'} is none of ${Object.keys(known).join(', ')}`)
}
