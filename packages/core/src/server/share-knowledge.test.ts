import { expect, test } from 'vitest'
import { configSchema } from '../config/schema.ts'
import { ProxyError } from '../contract/error.ts'
import { proxyError } from '../errors.ts'
import { createBrokenStreams } from './exchange/broken-streams.ts'
import type { PeerEvent } from './peers.ts'
import { type SharedKnowledge, shareKnowledge } from './share-knowledge.ts'
import { createCircuit } from './upstream/circuit.ts'

const origin = 'http://upstream'
const error = proxyError('upstream_unreachable', 'cannot be reached')
const log = { error() {}, warn() {}, info() {}, debug() {} }

interface Side {
  knowledge: SharedKnowledge
  told: PeerEvent[]
  refreshed: number
  call(outcome: 'succeed' | 'fail'): Promise<void>
}

/** Two processes that tell each other. `failures` open the circuit. */
function start(failures: number, openFor = 60_000): [Side, Side] {
  const settings = configSchema.parse({ circuit_breaker: { failures, open_for: openFor } }).circuit_breaker
  const side = (other: () => Side): Side => {
    const told: PeerEvent[] = []
    const knowledge = shareKnowledge(
      { circuit: createCircuit(settings, origin, log), brokenStreams: createBrokenStreams(60_000) },
      {
        origin,
        catalog: {
          async refresh() {
            own.refreshed += 1
            throw error
          },
        },
        peers: {
          async broadcast(event) {
            told.push(event)
            await other().knowledge.onPeerEvent(event)
          },
        },
      },
    )
    const own: Side = {
      knowledge,
      told,
      refreshed: 0,
      async call(outcome) {
        const permit = knowledge.circuit.enter()
        if (permit instanceof ProxyError) throw permit
        if (outcome === 'fail') permit.fail(error)
        else permit.succeed()
        // The first counts.
        permit.fail(error)
        await new Promise((resolve) => setImmediate(resolve))
      },
    }
    return own
  }
  const left: Side = side(() => right)
  const right: Side = side(() => left)
  return [left, right]
}

test('failures of both count together, and both circuits open', async () => {
  const [left, right] = start(3)
  await left.call('fail')
  await right.call('fail')
  expect([left, right].map(({ knowledge }) => knowledge.circuit.state)).toEqual(['closed', 'closed'])
  await left.call('fail')
  expect([left, right].map(({ knowledge }) => knowledge.circuit.state)).toEqual(['open', 'open'])
  await expect(right.call('succeed')).rejects.toThrow('cannot be reached')
})

test('a success of one counts for both, and is told once', async () => {
  const [left, right] = start(2)
  await left.call('succeed')
  await left.call('fail')
  await right.call('succeed')
  await right.call('succeed')
  await left.call('fail')
  expect(right.knowledge.circuit.state).toBe('closed')
  expect([left.told, right.told].map((told) => told.map(({ what }) => what))).toEqual([
    ['failed', 'failed'],
    ['answered'],
  ])
})

test('the one that finds the upstream alive closes the circuit of both', async () => {
  const [left, right] = start(1, 20)
  await left.call('fail')
  expect(right.knowledge.circuit.state).toBe('open')
  await new Promise((resolve) => setTimeout(resolve, 40))
  await left.call('succeed')
  expect([left, right].map(({ knowledge }) => knowledge.circuit.state)).toEqual(['closed', 'closed'])
})

test('broken streams and the wish for new models are passed on; what is said of another upstream is not', async () => {
  const [left, right] = start(1)
  left.knowledge.brokenStreams.remember('m')
  expect(right.knowledge.brokenStreams.names()).toEqual(['m'])
  expect(right.told).toEqual([])
  await right.knowledge.onPeerEvent({ what: 'refresh', origin })
  expect(right.refreshed).toBe(1)
  await right.knowledge.onPeerEvent({ what: 'refresh', origin: 'http://other' })
  await right.knowledge.onPeerEvent({ what: 'broken stream', origin: 'http://other', model: 'n' })
  expect([right.refreshed, right.knowledge.brokenStreams.names()]).toEqual([1, ['m']])
})
