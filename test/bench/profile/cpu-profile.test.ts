import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { addCpuProfile, addTime, emptyTree, hottest } from './cpu-profile.ts'

const folder = mkdtempSync(join(tmpdir(), 'argo-proxy-cpu-profile-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** `main` calls `work`; one sample each ten microseconds, in the order of these names. */
function profileFile(startTime: number, order: readonly string[]): string {
  const names = ['(root)', 'main', 'work', '(idle)', '(garbage collector)']
  const children = [[2, 4, 5], [3], [], [], []]
  const file = join(folder, `${startTime}.cpuprofile`)
  const nodes = names.map((functionName, index) => ({
    id: index + 1,
    callFrame: { functionName, url: '', lineNumber: 0 },
    children: children[index],
  }))
  const samples = order.map((name) => names.indexOf(name) + 1)
  writeFileSync(file, JSON.stringify({ nodes, samples, timeDeltas: order.map(() => 10), startTime }))
  return file
}

test('profiles are joined, each within its span, without idle time, with what no profile tells', () => {
  const root = emptyTree()
  const first = profileFile(1_000, ['main', 'work', 'work', '(idle)', 'main'])
  expect(addCpuProfile(root, first, { since: 950, until: 1_040 })).toBe(1_000)
  const second = profileFile(2_000, ['work', 'main', '(garbage collector)', 'work'])
  addCpuProfile(root, second, { since: 2_015, until: 3_000 })
  addTime(root, '(before)', 40)
  expect(hottest(root, 'self', 9)).toEqual([
    { name: '(before)', self: 0.4, total: 0.4 },
    { name: 'work', self: 0.3, total: 0.3 },
    { name: 'main', self: 0.2, total: 0.5 },
    { name: '(garbage collector)', self: 0.1, total: 0.1 },
  ])
})
