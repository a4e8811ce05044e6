import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Effort, type Measured, measureWorkload } from './measure/measure-workload.ts'
import { type Rig, startRig } from './measure/rig.ts'
import { measureStartUp, type StartSample } from './measure/start-up.ts'
import { type Options, readOptions } from './options.ts'
import { paths } from './paths.ts'
import { stopAllChildren } from './processes/children.ts'
import type { Frame } from './profile/cpu-profile.ts'
import { explainMisses, flame } from './profile/explain-misses.ts'
import { flameGraph } from './profile/flame-graph.ts'
import type { GoalResult } from './report/goals.ts'
import { markdownReport } from './report/markdown.ts'
import { plot } from './report/plot.ts'
import { type Results, resultsOf } from './report/results.ts'
import { costTable, goalTable, profileTable, startUpTable, workloadTable } from './report/tables.ts'
import { textTable } from './report/text.ts'
import { type WorkloadName, workloads } from './workloads.ts'

/** `pnpm bench [--quick] [--only WORKLOAD] [--hops PATHS] [--rounds N] [--cpu] [--profile]`: measures argo-proxy beside its peers. See docs/performance.md. */
const docs = new URL('../../docs/', import.meta.url)

/** Fewer where one takes long. Ten make medians that repeat within some per cent. */
const wholeRounds: Partial<Record<WorkloadName, number>> = { stream: 8, held: 3, 'held-5000': 2 }

/** Milliseconds. V8 compiles what some 20,000 requests have run, and some of it again when it sees what they really do. */
const warmUpTime = { whole: 15_000, quick: 3_000 }

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void stopAllChildren().finally(() => process.exit(130)))
}

try {
  const options = readOptions(process.argv.slice(2))
  const { results, flameRoot } = await run(options)
  print(results, options.cpu)
  if (flameRoot) writeFlameGraph(flameRoot)
  if (options.writesDocs) write(results)
  if (results.goals.some(couldNot)) process.exitCode = 1
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
} finally {
  await stopAllChildren()
}

interface Outcome {
  results: Results
  flameRoot?: Frame
}

async function run(options: Options): Promise<Outcome> {
  const rig = await startRig()
  try {
    const measured: Measured[] = []
    for (const name of options.workloads) {
      console.error(`measuring ${workloads[name].title}`)
      measured.push(await measureWorkload(rig, name, effortOf(name, options)))
    }
    const results = resultsOf(measured, options.startUp ? await startUp(rig, options) : [], options.effort)
    if (!options.profile) return { results }
    console.error('profiling what missed its goals')
    const { profiles, flameRoot } = await explainMisses(rig, results.goals)
    return { results: { ...results, profiles }, ...(flameRoot && { flameRoot }) }
  } finally {
    await rig.stop()
  }
}

/** A path of argo-proxy refused a workload, or hung. */
function couldNot({ met, measured }: GoalResult): boolean {
  return met === false && measured === undefined
}

function startUp(rig: Rig, { effort }: Options): Promise<StartSample[]> {
  console.error('measuring start-up')
  return measureStartUp(rig.context, effort === 'quick' ? 2 : 15)
}

function effortOf(name: WorkloadName, { effort, hops, rounds }: Options): Effort {
  const own = usualEffort(name, effort)
  const only = hops?.filter((hop) => workloads[name].paths.includes(hop)) ?? own.only
  return { ...own, rounds: rounds ?? own.rounds, ...(only && { only }) }
}

function usualEffort(name: WorkloadName, effort: Options['effort']): Effort {
  const held = workloads[name].load === 'held'
  const warmUp = warmUpTime[effort]
  if (effort === 'quick' && held)
    return { rounds: 1, warmUp, time: 1, only: ['http-proxy-3', 'byte-lane', 'argo-text'] }
  if (effort === 'quick') return { rounds: 2, warmUp, time: 0.25 }
  return { rounds: wholeRounds[name] ?? 10, warmUp, time: 1 }
}

function print(results: Results, cpu: boolean): void {
  if (cpu) {
    for (const workload of results.workloads) console.log(textTable(costTable(workload)))
    return
  }
  for (const workload of results.workloads) console.log(textTable(workloadTable(workload)))
  if (results.startUp.length > 0) console.log(textTable(startUpTable(results)))
  console.log(textTable(goalTable(results)))
  for (const profile of results.profiles) console.log(textTable(profileTable(profile)))
}

function write(results: Results): void {
  const notes = docsPath('performance-notes.md')
  writeFileSync(docsPath('performance.json'), `${JSON.stringify(results, rounded, 2)}\n`)
  writeFileSync(
    docsPath('performance.md'),
    markdownReport(results, existsSync(notes) ? readFileSync(notes, 'utf8') : ''),
  )
  writeFileSync(docsPath('performance.svg'), plot(results))
}

function writeFlameGraph(root: Frame): void {
  const { workload, path } = flame
  writeFileSync(docsPath('flame-flood.svg'), flameGraph(root, `${workloads[workload].title}: ${paths[path].title}`))
}

function docsPath(name: string): string {
  return fileURLToPath(new URL(name, docs))
}

function rounded(_name: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value
}
