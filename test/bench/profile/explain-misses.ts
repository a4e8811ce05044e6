import type { Rig } from '../measure/rig.ts'
import { startTitles } from '../measure/start-up.ts'
import { paths } from '../paths.ts'
import type { Cause, GoalResult } from '../report/goals.ts'
import { type Frame, hottest } from './cpu-profile.ts'
import type { Profile } from './profile.ts'
import { takeCpuProfile, takeStartProfile } from './take-profile.ts'
import { weigh } from './weigh.ts'

/** What the flame graph shows, whether its goal was met or not. */
export const flame = { workload: 'flood', path: 'byte-lane' } as const
const lineCount = 12
/** Milliseconds of load. */
const duration = 2_500
const starts = 10

/** The flame graph's profile, where its path was measured, and one for each cause of a missed goal. */
export async function explainMisses(
  rig: Rig,
  goals: readonly GoalResult[],
): Promise<{ profiles: Profile[]; flameRoot?: Frame }> {
  const measured = goals.filter((goal) => goal.measured !== undefined)
  const hasFlame = measured.some(({ cause }) => titleOf(cause) === titleOf(flame))
  const flameRoot = hasFlame ? await loadProfile(rig, flame) : undefined
  const profiles = flameRoot ? [cpuLines(titleOf(flame), '% of CPU', flameRoot)] : []
  for (const { met, cause } of measured) {
    if (met !== false || profiles.some(({ title }) => title === titleOf(cause))) continue
    profiles.push(await explain(rig, cause))
  }
  return {
    profiles: profiles.map((profile) => ({ ...profile, lines: profile.lines.slice(0, lineCount) })),
    ...(flameRoot && { flameRoot }),
  }
}

async function explain(rig: Rig, cause: Cause): Promise<Profile> {
  const title = titleOf(cause)
  if (cause === 'start-up') return cpuLines(title, '% of the time', await takeStartProfile(rig.context, starts))
  const { workload, path } = cause
  if (workload === 'held' || workload === 'held-5000') return { title, ...(await weigh(rig, workload, path)) }
  return cpuLines(title, '% of CPU', await loadProfile(rig, cause))
}

function titleOf(cause: Cause): string {
  return cause === 'start-up' ? startTitles['argo-proxy'] : `${paths[cause.path].title}, ${cause.workload}`
}

function loadProfile(rig: Rig, order: Exclude<Cause, 'start-up'>): Promise<Frame> {
  return takeCpuProfile(rig, { ...order, enough: (_times, milliseconds) => milliseconds >= duration })
}

function cpuLines(title: string, unit: Profile['unit'], root: Frame): Profile {
  const lines = hottest(root, 'self', lineCount)
  return { title, unit, lines: lines.map(({ name, self, total }) => ({ name, self: self * 100, total: total * 100 })) }
}
