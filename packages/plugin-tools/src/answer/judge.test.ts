import type { Tool } from 'argo-proxy'
import { recordingLogger } from 'argo-proxy/testing'
import { expect, test } from 'vitest'
import { emptyAnswer } from './collected-answer.ts'
import { judge } from './judge.ts'
import { createSchemaChecks } from './validate.ts'

test('calls of many tools whose schemas take too long are checked no longer than a second or so', () => {
  const names = Array.from({ length: 100 }, (_each, index) => `tool-${index}`)
  const tools = new Map(
    names.map((name): [string, Tool] => [
      name,
      { name, parameters: { title: name, properties: { a: { pattern: '^(a+)+$' } } } },
    ]),
  )
  const calls = names.map((name) => ({ id: name, name, arguments: `{"a": "${'a'.repeat(40)}!"}` }))
  const plan = {
    tools,
    native: false,
    parallel: true,
    toolChoice: undefined,
    mustCall: false,
    format: undefined,
    judged: true,
    mayAsk: true,
  }
  const started = performance.now()
  expect(judge({ ...emptyAnswer(), calls }, plan, 'retry', createSchemaChecks(recordingLogger([])))).toEqual({})
  // All hundred take ten seconds.
  expect(performance.now() - started).toBeLessThan(4_000)
})
