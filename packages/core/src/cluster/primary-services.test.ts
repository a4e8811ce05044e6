import { expect, test } from 'vitest'
import type { PeerEvent, ProcessStatus } from '../server/peers.ts'
import type { PrimaryCalls, WorkerCalls } from './calls.ts'
import { channelPair } from './channel-pair.test.fixture.ts'
import { createPrimaryServices, type WorkerSlot } from './primary-services.ts'
import { createRpc } from './rpc.ts'

const status = (exchanges: number): ProcessStatus => ({ exchanges, circuit: 'closed', broken_streams: [] })

interface Pair {
  exchanges: [number, number]
  heard: PeerEvent[][]
  grown: number[][]
  /** With these both workers call the primary. */
  calls: ReturnType<typeof createRpc<PrimaryCalls>>[]
  reload(): void
}

/** Two workers of one primary; each lends two exchanges when it is asked. */
function start(own: Partial<WorkerCalls> = {}): Pair {
  let version = 0
  const pair: Pair = {
    exchanges: [5, 5],
    heard: [[], []],
    grown: [[], []],
    calls: [],
    reload() {
      version += 1
    },
  }
  const ends = [channelPair(), channelPair()]
  const slots: WorkerSlot[] = []
  const services = createPrimaryServices(slots, () => version)
  for (const [index, [primaryEnd, workerEnd]] of ends.entries()) {
    const worker: WorkerCalls = {
      start: async () => {},
      accept() {},
      prepare: async () => {},
      take: async () => {},
      drop: async () => {},
      close: async () => {},
      status: async () => status(index + 1),
      onPeerEvent: async (news) => void pair.heard[index]?.push(news),
      lend: async () => 2,
      grow: async (exchanges) => void pair.grown[index]?.push(exchanges),
      ping() {},
      ...own,
    }
    const slot: WorkerSlot = {
      get worker() {
        return handle
      },
      resize(more) {
        pair.exchanges[index === 0 ? 0 : 1] += more
      },
    }
    slots.push(slot)
    const handle = createRpc<WorkerCalls>(primaryEnd, services(slot))
    pair.calls.push(createRpc<PrimaryCalls>(workerEnd, worker))
  }
  return pair
}

const response = { id: 'a', response: '{}', input: [{ id: 'in' }], output: [{ id: 'out' }], size: 1 }

test('a response of one worker is there for the other one', async () => {
  const [first, second] = start().calls
  await first?.call('put', response)
  expect(await second?.call('get', 'a')).toEqual(response)
  expect(await second?.call('findItem', 'out')).toEqual({ id: 'out' })
  expect(await second?.call('delete', 'a')).toBe(true)
  expect(await first?.call('get', 'a')).toBeUndefined()
})

test('a response that is still under way is waited for', async () => {
  const pair = start({ ping: () => void pair.calls[0]?.call('put', response) })
  expect(await pair.calls[1]?.call('get', 'a')).toEqual(response)
})

test('news and questions go to the others alone', async () => {
  const pair = start()
  const news: PeerEvent = { what: 'answered', origin: 'http://h' }
  await pair.calls[0]?.call('broadcast', news)
  expect(pair.heard).toEqual([[], [news]])
  expect(await pair.calls[0]?.call('statuses')).toEqual([status(2)])
})

test('a worker that does not say how it stands is counted as it stood', async () => {
  let silent = false
  const pair = start({ status: () => (silent ? new Promise(() => {}) : Promise.resolve(status(7))) })
  expect(await pair.calls[0]?.call('statuses')).toEqual([status(7)])
  silent = true
  expect(await pair.calls[0]?.call('statuses')).toEqual([status(7)])
})

test('what one lends the other has', async () => {
  const pair = start()
  expect(await pair.calls[0]?.call('borrow')).toBe(true)
  expect(pair.exchanges).toEqual([7, 3])
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(pair.grown).toEqual([[2], []])
})

test('where none has any, or a reload has set all anew, nothing is lent', async () => {
  const poor = start({ lend: async () => 0 })
  expect(await poor.calls[0]?.call('borrow')).toBe(false)
  const reloaded: Pair = start({
    lend: async () => {
      reloaded.reload()
      return 2
    },
  })
  expect(await reloaded.calls[0]?.call('borrow')).toBe(false)
  expect([poor.exchanges, reloaded.exchanges, reloaded.grown]).toEqual([
    [5, 5],
    [5, 5],
    [[], []],
  ])
})
