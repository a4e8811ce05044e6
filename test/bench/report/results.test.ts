import { expect, test } from 'vitest'
import type { Sample } from '../measure/figures.ts'
import { verdict } from './goals.ts'
import { plot } from './plot.ts'
import { resultsOf } from './results.ts'

const sample = (path: Sample['path'], round: number, cpuPerRequest: number, latencyP50: number): Sample => ({
  path,
  round,
  figures: path === 'direct' ? { latencyP50 } : { cpuPerRequest, latencyP50 },
})

const samples = [
  ...[sample('direct', 0, 0, 1), sample('http-proxy-3', 0, 100, 3), sample('byte-lane', 0, 120, 4)],
  ...[sample('byte-lane', 1, 200, 5), sample('http-proxy-3', 1, 200, 4), sample('direct', 1, 0, 2)],
  ...[sample('http-proxy-3', 2, 100, 9), sample('direct', 2, 0, 8), sample('byte-lane', 2, 90, 8)],
]
const results = resultsOf([{ workload: 'small', rounds: 3, samples, skipped: [] }], [], 'whole')
const byteLane = results.workloads[0]?.paths.find(({ path }) => path === 'byte-lane')

test('ratios and differences are taken within a round', () => {
  expect(byteLane?.figures.cpuPerRequest).toEqual({ median: 120, min: 90, max: 200 })
  expect(byteLane?.ratios['http-proxy-3']?.cpuPerRequest).toEqual({ median: 1, min: 0.9, max: 1.2 })
  expect(byteLane?.added.latencyP50).toEqual({ median: 3, min: 0, max: 3 })
})

test('a goal is judged by the ratio; one that was not measured is neither met nor missed', () => {
  const goal = results.goals.find(({ subject }) => subject === 'byte lane, small')
  expect(goal).toMatchObject({ limit: 1.1, measured: 1, met: true, cause: { path: 'byte-lane', workload: 'small' } })
  expect(results.goals.find(({ subject }) => subject === 'start-up')).not.toHaveProperty('met')
})

test('start-up is judged beside its peer, and may be profiled like the others', () => {
  const starts = [90, 80, 100].map((milliseconds, round) => ({ name: 'argo-proxy' as const, round, milliseconds }))
  const portkey = { name: 'portkey' as const, round: 0, milliseconds: 150 }
  const { goals } = resultsOf([], [...starts, portkey], 'whole')
  expect(goals.at(-1)).toMatchObject({ subject: 'start-up', measured: 0.6, met: false, cause: 'start-up' })
})

test('the plot draws a row for each path that has a ratio', () => {
  expect(plot(results).match(/text-anchor="end"[^>]*>[^<]*/g)).toEqual([
    expect.stringContaining('http-proxy-3'),
    expect.stringContaining('byte lane'),
  ])
})

test('a missed goal says by how much; a path of argo-proxy that could not do the workload has missed its own', () => {
  const of = (limit: number, measured: number) => ({
    subject: '',
    goal: '',
    limit,
    measured,
    met: measured <= limit,
    cause: 'start-up' as const,
  })
  expect(verdict(of(1.1, 1.1))).toBe('met')
  expect(verdict(of(1, 1.05))).toBe('missed by 5.0 %')
  expect(verdict(of(0.5, 1.5))).toBe('missed by 200 %')
  const skipped = [{ path: 'byte-lane' as const, reason: 'status 503', failed: true }]
  const without = samples.filter(({ path }) => path !== 'byte-lane')
  const { goals } = resultsOf([{ workload: 'small', rounds: 3, samples: without, skipped }], [], 'whole')
  const goal = goals.find(({ subject }) => subject === 'byte lane, small')
  expect(goal && verdict(goal)).toBe('missed: it could not do the workload')
})
