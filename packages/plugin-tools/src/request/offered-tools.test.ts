import type { Tool } from 'argo-proxy'
import { fakeRequest } from 'argo-proxy/testing'
import { expect, test } from 'vitest'
import { offeredTools } from './offered-tools.ts'

test('a choice of very many tools is applied in linear time', () => {
  const names = Array.from({ length: 50_000 }, (_each, index) => `tool-${index}`)
  const tools = names.map((name): Tool => ({ name }))
  const started = performance.now()
  const offered = offeredTools(fakeRequest({ tools, toolChoice: { type: 'allowed', mode: 'auto', names } }))
  expect(offered.size).toBe(names.length)
  // Quadratic time takes several seconds here.
  expect(performance.now() - started).toBeLessThan(1_000)
})
