import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Effort, type Measured, measureWorkload } from './measure/measure-workload.ts'
import { type Rig, startRig } from './measure/rig.ts'
import { measureStartUp, type StartSample } from './measure/start-up.ts'
import { type Options, readOptions } from './options.ts'
import { stopAllChildren } from './processes/children.ts'
import { markdownReport } from './report/markdown.ts'
import { plot } from './report/plot.ts'
import { type Results, resultsOf } from './report/results.ts'
import { goalTable, startUpTable, workloadTable } from './report/tables.ts'
import { textTable } from './report/text.ts'
import { type WorkloadName, workloads } from './workloads.ts'

/** `pnpm bench [--quick] [--only WORKLOAD]`: measures argo-proxy beside its peers. See docs/performance.md. */
const docs = new URL('../../docs/', import.meta.url)

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void stopAllChildren().finally(() => process.exit(130)))
}

try {
  const options = readOptions(process.argv.slice(2))
  const results = await run(options)
  print(results)
  if (options.writesDocs) write(results)
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
} finally {
  await stopAllChildren()
}

async function run(options: Options): Promise<Results> {
  const rig = await startRig()
  try {
    const measured: Measured[] = []
    for (const name of options.workloads) {
      console.error(`measuring ${workloads[name].title}`)
      measured.push(await measureWorkload(rig, name, effortOf(name, options.effort)))
    }
    return resultsOf(measured, options.startUp ? await startUp(rig, options) : [], options.effort)
  } finally {
    await rig.stop()
  }
}

function startUp(rig: Rig, { effort }: Options): Promise<StartSample[]> {
  console.error('measuring start-up')
  return measureStartUp(rig.context, effort === 'quick' ? 2 : 9)
}

function effortOf(name: WorkloadName, effort: Options['effort']): Effort {
  const held = workloads[name].load === 'held'
  if (effort === 'quick' && held) return { rounds: 1, time: 1, only: ['http-proxy-3', 'byte-lane', 'argo-text'] }
  if (effort === 'quick') return { rounds: 2, time: 0.25 }
  return { rounds: name === 'held-5000' ? 1 : held ? 2 : 6, time: 1 }
}

function print(results: Results): void {
  for (const workload of results.workloads) console.log(textTable(workloadTable(workload)))
  if (results.startUp.length > 0) console.log(textTable(startUpTable(results)))
  console.log(textTable(goalTable(results)))
}

function write(results: Results): void {
  const path = (name: string) => fileURLToPath(new URL(name, docs))
  writeFileSync(path('performance.json'), `${JSON.stringify(results, rounded, 2)}\n`)
  writeFileSync(path('performance.md'), markdownReport(results))
  writeFileSync(path('performance.svg'), plot(results))
}

function rounded(_name: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value
}
