import type { Rig } from '../measure/rig.ts'
import type { PathName } from '../paths.ts'
import type { GoalResult } from '../report/goals.ts'
import type { WorkloadName } from '../workloads.ts'
import { type Frame, hottest } from './cpu-profile.ts'
import type { Profile } from './profile.ts'
import { takeCpuProfile } from './take-profile.ts'
import { weigh } from './weigh.ts'

/** What the flame graph shows, whether its goal was met or not. */
export const flame = { workload: 'flood', path: 'byte-lane' } as const
const lineCount = 12
/** Milliseconds of load. */
const duration = 2_500

/** The flame graph's profile, and one for each path and workload with a missed goal. */
export async function explainMisses(
  rig: Rig,
  goals: readonly GoalResult[],
): Promise<{ profiles: Profile[]; flameRoot: Frame }> {
  const flameRoot = await profileOf(rig, flame.workload, flame.path)
  const profiles = [cpuLines(flame.workload, flame.path, flameRoot)]
  for (const { met, measured, path, workload } of goals) {
    if (met !== false || measured === undefined || !path || !workload) continue
    if (profiles.some((one) => one.path === path && one.workload === workload)) continue
    const held = workload === 'held' || workload === 'held-5000'
    profiles.push(
      held ? await weigh(rig, workload, path) : cpuLines(workload, path, await profileOf(rig, workload, path)),
    )
  }
  return {
    profiles: profiles.map((profile) => ({ ...profile, lines: profile.lines.slice(0, lineCount) })),
    flameRoot,
  }
}

function profileOf(rig: Rig, workload: WorkloadName, path: PathName): Promise<Frame> {
  return takeCpuProfile(rig, { workload, path, enough: (_times, milliseconds) => milliseconds >= duration })
}

function cpuLines(workload: WorkloadName, path: PathName, root: Frame): Profile {
  const lines = hottest(root, 'self', lineCount)
  return {
    workload,
    path,
    unit: '% of CPU',
    lines: lines.map(({ name, self, total }) => ({ name, self: self * 100, total: total * 100 })),
  }
}
