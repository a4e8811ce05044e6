import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Model } from '../../contract/upstream.ts'
import { proxyError } from '../../errors.ts'
import { recordingLogger } from '../../testing/fake-exchange.ts'
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

describe('a list that does not come', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())
  const silent = () => {
    const { promise, resolve } = Promise.withResolvers<Model[]>()
    let fetched = 0
    const fetch = () => {
      fetched += 1
      return promise
    }
    const catalog = createModelCatalog({ fetch, interval: 100_000, log: recordingLogger([]) })
    return { catalog, fetched: () => fetched, resolve }
  }

  test('is awaited for 30 seconds by who asks for it', async () => {
    const { catalog } = silent()
    const refused = expect(catalog.list()).rejects.toMatchObject({ code: 'first_byte_timeout', status: 504 })
    await vi.advanceTimersByTimeAsync(30_000)
    await refused
  })

  test('is awaited for three seconds by one other request, and counts when it comes after all', async () => {
    const { catalog, fetched, resolve } = silent()
    let learnt = 0
    const learn = () => catalog.learn().then(() => (learnt += 1))
    void learn()
    await vi.advanceTimersByTimeAsync(2_900)
    expect(learnt).toBe(0)
    await vi.advanceTimersByTimeAsync(200)
    expect(learnt).toBe(1)
    await learn()
    expect(learnt).toBe(2)
    resolve([model('a')])
    expect(await catalog.list()).toEqual([model('a')])
    expect(fetched()).toBe(1)
  })
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
