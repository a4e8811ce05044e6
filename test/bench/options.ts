import { parseArgs } from 'node:util'
import { type WorkloadName, workloads } from './workloads.ts'

export interface Options {
  effort: 'whole' | 'quick'
  workloads: WorkloadName[]
  startUp: boolean
  /** Only a whole run is worth keeping in the documentation. */
  writesDocs: boolean
}

/** Left out of a quick run. */
const slow: readonly WorkloadName[] = ['single', 'held-5000']

/** Throws for what it does not know. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: { quick: { type: 'boolean', default: false }, only: { type: 'string', multiple: true, default: [] } },
  })
  const wanted = values.only.flatMap((names) => names.split(','))
  const unknown = wanted.find((name) => name !== 'start-up' && !isWorkload(name))
  if (unknown !== undefined) {
    throw new Error(`--only ${unknown}: there are ${Object.keys(workloads).join(', ')} and start-up`)
  }
  const chosen: WorkloadName[] = []
  for (const name in workloads)
    if (isWorkload(name) && (wanted.length === 0 || wanted.includes(name))) chosen.push(name)
  return {
    effort: values.quick ? 'quick' : 'whole',
    workloads: values.quick && wanted.length === 0 ? chosen.filter((name) => !slow.includes(name)) : chosen,
    startUp: wanted.length === 0 || wanted.includes('start-up'),
    writesDocs: wanted.length === 0 && !values.quick,
  }
}

function isWorkload(name: string): name is WorkloadName {
  return name in workloads
}
