import { expect, test } from 'vitest'
import type { Model } from '../contract/format.ts'
import { proxyError } from '../errors.ts'
import { recordingLogger } from '../testing/fake-exchange.ts'
import { createModelCatalog } from './model-catalog.ts'

const model = (id: string): Model => ({ id, object: 'model', created: 0, owned_by: 'argo' })

function catalogOf(answers: (Model[] | Error)[]) {
  let time = 0
  let fetched = 0
  const catalog = createModelCatalog({
    async fetch() {
      const answer = answers[fetched]
      fetched += 1
      if (!answer || answer instanceof Error) throw answer
      return answer
    },
    interval: 100,
    log: recordingLogger([]),
    now: () => time,
  })
  const pass = (milliseconds: number) => {
    time += milliseconds
  }
  return { catalog, pass, fetched: () => fetched }
}

const down = proxyError('upstream_unreachable', 'down')

test('a list is read once for all who ask, and again when the interval is over', async () => {
  const { catalog, pass, fetched } = catalogOf([[model('a')], [model('b')]])
  await Promise.all([catalog.list(), catalog.list()])
  await catalog.list()
  expect(fetched()).toBe(1)
  pass(100)
  expect(await catalog.list()).toEqual([model('b')])
})

test('the last good list stays while the upstream fails', async () => {
  const { catalog, pass, fetched } = catalogOf([[model('a')], down, [model('b')]])
  await catalog.list()
  pass(100)
  expect(await catalog.list()).toEqual([model('a')])
  expect(await catalog.list()).toEqual([model('a')])
  expect(fetched()).toBe(2)
  expect(await catalog.refresh()).toEqual([model('b')])
})

test('without a good list the failure is told', async () => {
  await expect(catalogOf([down]).catalog.list()).rejects.toBe(down)
})

test('to learn the names, a list that could not be read is asked for again after a while', async () => {
  const { catalog, pass, fetched } = catalogOf([down, [model('a')]])
  await Promise.all([catalog.learn(), catalog.learn()])
  await catalog.learn()
  expect(fetched()).toBe(1)
  pass(30_000)
  await catalog.learn()
  await catalog.learn()
  expect(fetched()).toBe(2)
  expect(await catalog.list()).toEqual([model('a')])
})
