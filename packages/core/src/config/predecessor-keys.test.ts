import { describe, expect, test } from 'vitest'
import { readKeys } from './predecessor-keys.ts'

describe('URLs at the top', () => {
  test('are those of upstream, before and after it, in any file', () => {
    const expected = { upstream: { kind: 'argo', base_url: 'a', argo_models_url: 'b' } }
    expect(readKeys({ argo_base_url: 'a', upstream: { kind: 'argo' }, argo_model_url: 'b' }, false).value).toEqual(
      expected,
    )
  })

  test('do not change what the file holds', () => {
    const file = { upstream: { kind: 'argo' }, argo_url: 'a' }
    readKeys(file, false)
    expect(file).toEqual({ upstream: { kind: 'argo' }, argo_url: 'a' })
  })

  test('twice is a fault', () => {
    const { problems, value } = readKeys({ argo_base_url: 'a', upstream: { base_url: 'b' } }, false)
    expect(problems).toEqual([
      { path: ['argo_base_url'], at: 'key', message: expect.stringContaining('upstream.base_url') },
    ])
    expect(value).toEqual({ upstream: { base_url: 'b' } })
  })

  test('an upstream of a wrong type stays, so that its fault is told', () => {
    expect(readKeys({ upstream: 5, argo_url: 'a' }, false).value).toEqual({ upstream: 5 })
  })

  test('empty ones count as none in a file of the Python program only', () => {
    expect(readKeys({ argo_url: '' }, 'found').value).toEqual({})
    expect(readKeys({ argo_url: '' }, false).value).toEqual({ upstream: { argo_url: '' } })
  })
})

describe('a file of the Python program', () => {
  test('gives its timeout in seconds', () => {
    expect(readKeys({ timeout: 1.5 }, 'named').value).toEqual({ timeouts: { total: 1500 } })
    expect(readKeys({ timeout: 'x' }, 'found').problems).toHaveLength(1)
  })

  test('may hold keys that mean nothing here: each is named in a warning', () => {
    const { value, warnings } = readKeys({ user: 'me', num_workers: 5, config_version: '2' }, 'named')
    expect(value).toEqual({ user: 'me' })
    expect(warnings.map(({ path }) => path)).toEqual([['num_workers'], ['config_version']])
  })

  test('found at its own place, may hold anything; named, only what the program knew', () => {
    expect(readKeys({ prot: 1 }, 'found')).toMatchObject({
      value: {},
      warnings: [{ path: ['prot'], message: 'is not known and is ignored, did you mean "port"?' }],
    })
    expect(readKeys({ prot: 1 }, 'named')).toMatchObject({ value: { prot: 1 }, warnings: [] })
  })
})

test('in a new file its keys are left to validation', () => {
  expect(readKeys({ timeout: 5, num_workers: 5 }, false)).toMatchObject({
    value: { timeout: 5, num_workers: 5 },
    warnings: [],
  })
})

test('a group whose keys are all commented out is none, an empty key stays', () => {
  expect(readKeys({ upstream: null, user: null }, false).value).toEqual({ user: null })
})
