import { parseArgs } from 'node:util'
import { type PathName, paths } from './paths.ts'
import { type WorkloadName, workloads } from './workloads.ts'

export interface Options {
  effort: 'whole' | 'quick'
  workloads: WorkloadName[]
  /** Of the workloads' paths, those to take; all where absent. */
  hops?: PathName[]
  /** How many for each workload, instead of the effort's own. */
  rounds?: number
  /** Prints what is compared when one tunes: the CPU time (of held streams: the memory) beside http-proxy-3's. */
  cpu: boolean
  startUp: boolean
  /** Shows where the time goes of what missed its goal, and draws the flame graph. */
  profile: boolean
  /** Only a whole run is worth keeping in the documentation. */
  writesDocs: boolean
}

/** Left out of a quick run. */
const slow: readonly WorkloadName[] = ['single', 'held-5000']

/** Throws for what it does not know. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      hops: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
      cpu: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
    },
  })
  const isStartUp = (name: string) => name === 'start-up'
  const wanted = values.only.flatMap((names) => names.split(','))
  const chosen = namesIn(
    workloads,
    wanted.filter((name) => !isStartUp(name)),
    '--only',
  )
  const all = wanted.length === 0
  const hops = namesIn(
    paths,
    values.hops.flatMap((names) => names.split(',')),
    '--hops',
  )
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) throw new Error('--rounds: a number from 1 on')
  const everything = namesIn(workloads, Object.keys(workloads), '--only')
  const whole = all && hops.length === 0 && rounds === undefined && !values.quick && !values.cpu
  return {
    effort: values.quick ? 'quick' : 'whole',
    workloads: all ? everything.filter((name) => !values.quick || !slow.includes(name)) : chosen,
    ...(hops.length > 0 && { hops }),
    ...(rounds && { rounds }),
    cpu: values.cpu,
    startUp: wanted.some(isStartUp) || (all && !values.cpu),
    profile: whole || values.profile,
    writesDocs: whole,
  }
}

/** In the table's order. */
function namesIn<Name extends string>(
  known: Readonly<Record<Name, unknown>>,
  wanted: readonly string[],
  option: string,
): Name[] {
  const unknown = wanted.find((name) => !Object.hasOwn(known, name))
  if (unknown !== undefined) throw new Error(`${option} ${unknown}: there are ${Object.keys(known).join(', ')}`)
  const found: Name[] = []
  for (const name in known) if (wanted.includes(name)) found.push(name)
  return found
}
