import { expect, test } from 'vitest'
import { familyOf } from './family.ts'
import { modelKey, modelNotFound, nearNames } from './model-names.ts'

const known = ['argo:gpt-4o', 'argo:gpt-4o-latest', 'argo:gpt-4.1', 'argo:claude-opus-4', 'argo:gemini-2.5-pro']

test.each([
  ['argo:GPT-4o', 'gpt4o'],
  [' claude-4.1-opus ', 'claudeopus41'],
  ['claude-3.5-sonnet-v2', 'claudesonnet35v2'],
  ['meta-llama/Llama-3', 'metallamallama3'],
])('the key of %j is %s', (name, key) => {
  expect(modelKey(name)).toBe(key)
})

test.each([
  ['gpt-40', ['argo:gpt-4o', 'argo:gpt-4.1']],
  ['claude-4-opuss', ['argo:claude-opus-4']],
  ['gemini', ['argo:gemini-2.5-pro']],
  ['nothing-like-it', []],
])('near to %s are %j', (name, near) => {
  expect(nearNames(name, known)).toEqual(near)
})

test('suggests no more than three, and cuts what is absurdly long', () => {
  expect(nearNames('gpt', ['gpt-1', 'gpt-2', 'gpt-3', 'gpt-4'])).toHaveLength(3)
  expect(modelNotFound('x'.repeat(10_000), known).message.length).toBeLessThan(400)
})

test.each([
  ['argo:gpt-4o', 'openai'],
  ['gpto3mini', 'openai'],
  ['o3-mini', 'openai'],
  ['v3large', 'openai'],
  ['claudeopus4', 'anthropic'],
  ['anthropic/claude-sonnet-4', 'anthropic'],
  ['Gemini 2.5 Pro', 'google'],
  ['qwen3-coder', 'other'],
  ['llama-3-8b', 'other'],
])('%s is of the family %s', (name, family) => {
  expect(familyOf(name)).toBe(family)
})
