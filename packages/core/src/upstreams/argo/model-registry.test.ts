import { describe, expect, test } from 'vitest'
import { ProxyError } from '../../contract/error.ts'
import { isRecord } from '../../record.ts'
import { fixtureText, hasFixture } from '../fixtures.test.support.ts'
import { parseJson } from '../json.ts'
import { namesOf, publicModels, readModelRows } from './model-list.ts'
import { createModelRegistry } from './model-registry.ts'

describe('names of models', () => {
  test.each([
    ['argo:gpt-4o', 'gpt4o'],
    ['gpt-4o', 'gpt4o'],
    ['GPT4O', 'gpt4o'],
    ['argo/gpt-4o', 'gpt4o'],
    ['gpt-4o-2024-08-06', 'gpt4o'],
    ['argo:gpt-4.1-nano', 'gpt41nano'],
    ['gpt-3.5-turbo', 'gpt35'],
    ['o3-mini', 'gpto3mini'],
    ['argo:gpt-o3-mini', 'gpto3mini'],
    ['argo:claude-opus-4', 'claudeopus4'],
    ['argo:claude-4-opus', 'claudeopus4'],
    ['claude-opus-4-20250514', 'claudeopus4'],
    ['Claude Opus 4.1', 'claudeopus41'],
    ['claude-3.5-sonnet-v2', 'claudesonnet35v2'],
    ['text-embedding-3-small', 'v3small'],
    ['claude-9-opus', 'claude-9-opus'],
    ['argo:newmodel7', 'newmodel7'],
  ])('%s is %s before the list is known', (name, internal) => {
    expect(createModelRegistry().resolve(name)).toBe(internal)
  })

  test('are learnt from either form of the list', () => {
    for (const list of [
      [{ id: 'claudeopus9', model_name: 'Claude Opus 9' }],
      { data: [{ id: 'Claude Opus 9', internal_id: 'claudeopus9' }] },
    ]) {
      const registry = createModelRegistry()
      registry.learn(readModelRows(list))
      for (const name of ['argo:claude-opus-9', 'claude-9-opus', 'CLAUDEOPUS9', 'claude opus 9']) {
        expect(registry.resolve(name)).toBe('claudeopus9')
      }
      expect(registry.resolve('gpt-4o')).toBe('gpt4o')
    }
  })

  test('that are wrong get a 404 with near ones, once the list is known', () => {
    const registry = createModelRegistry()
    registry.learn(readModelRows([{ id: 'gpt4o', model_name: 'GPT-4o' }]))
    const refusal = (name: string): unknown => {
      try {
        return registry.resolve(name)
      } catch (thrown) {
        return thrown
      }
    }
    const error = refusal('gpt-4p')
    expect(error).toBeInstanceOf(ProxyError)
    expect(error).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' })
    expect(String(error)).toMatch(/`gpt-4p`.*Did you mean .*argo:gpt-4o/)
    expect(String(refusal('zzzzzzzzzzzz'))).toContain('GET /v1/models')
  })

  test.skipIf(!hasFixture('argo-models.json'))(
    'agree with the facts (skipped where ../shared/fixtures/argo-models.json is absent)',
    () => {
      const known = parseJson(fixtureText('argo-models.json'))
      if (!isRecord(known) || !isRecord(known.chat) || !isRecord(known.embeddings)) throw new Error('other facts')
      const registry = createModelRegistry()
      const pairs = Object.entries({ ...known.chat, ...known.embeddings })
      expect(pairs.length).toBeGreaterThan(20)
      for (const [internal, names] of pairs) {
        for (const name of [internal, ...(Array.isArray(names) ? names : [])]) {
          expect([name, registry.resolve(String(name))]).toEqual([name, internal])
        }
      }
      const probed = Array.isArray(known.probed_2026) ? known.probed_2026 : []
      for (const internal of probed) expect(registry.resolve(internal)).toBe(internal)
    },
  )
})

describe('the public list', () => {
  test('has every alias, the embedding models, and no name twice', () => {
    const rows = readModelRows({
      data: [
        { id: 'Claude Sonnet 3.5 v2', internal_id: 'claudesonnet35v2', owned_by: 'anthropic' },
        { id: 'o3 mini', internal_id: 'gpto3mini' },
        { id: 'GPT-4o', internal_id: 'gpt4o', created: 1_700_000_000 },
      ],
    })
    expect(publicModels(rows).map(({ id }) => id)).toEqual([
      'argo:claude-sonnet-3.5-v2',
      'argo:claude-3.5-sonnet-v2',
      'argo:gpt-o3-mini',
      'argo:o3-mini',
      'argo:gpt-4o',
      'argo:text-embedding-ada-002',
      'argo:text-embedding-3-small',
      'argo:text-embedding-3-large',
    ])
    expect(publicModels(rows)[4]).toEqual({
      id: 'argo:gpt-4o',
      object: 'model',
      created: 1_700_000_000,
      owned_by: 'openai',
    })
  })

  test.each([
    ['gpto1', 'o1', ['gpt-o1', 'o1']],
    ['gpto1', 'GPT-o1', ['o1', 'gpt-o1']],
    ['claudeopus45', 'Claude Opus 4.5', ['claude-opus-4.5', 'claude-4.5-opus']],
  ])('names %s (%s) in every way', (internal, display, names) => {
    expect(namesOf({ internal, display })).toEqual(names)
  })

  test.each([[{}], [{ data: [] }], ['<html>'], [{ data: [{ name: 'x' }] }]])('refuses %j', (body) => {
    expect(() => readModelRows(body)).toThrow(/no model in it/)
  })
})
