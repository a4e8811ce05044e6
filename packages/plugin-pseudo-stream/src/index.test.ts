import { Transform } from 'node:stream'
import { fakeExchange, runPlugin } from 'argo-proxy/testing'
import { describe, expect, test } from 'vitest'
import pseudoStream from './index.ts'

function deltasOf(events: readonly { type: string; delta?: string }[]): (string | undefined)[] {
  return events.filter(({ type }) => type === 'text-delta').map(({ delta }) => delta)
}

describe('pseudo-stream', () => {
  test('offers the mode pseudo, on the complete call, and nothing else', async () => {
    const { contribution } = await runPlugin(pseudoStream)
    expect(Object.keys(contribution)).toEqual(['modes'])
    expect(contribution.modes).toEqual({ pseudo: expect.objectContaining({ upstream: 'complete' }) })
  })

  test('cuts the answer into words', async () => {
    const { events, exchange } = await runPlugin(pseudoStream, { answer: 'Hello, big world!' })
    expect(exchange.mode).toBe('pseudo')
    expect(deltasOf(events)).toEqual(['Hello, ', 'big ', 'world!'])
  })

  test.each<[unknown, string[]]>([
    [{ chunk: 'line' }, ['One. Two.\n', 'Three.']],
    [{ chunk: 'sentence', delay: 1 }, ['One. ', 'Two.\n', 'Three.']],
    [{ chunk: '/e/', delay: 0 }, ['One', '. Two.\nThre', 'e', '.']],
  ])('takes its options: %j', async (options, pieces) => {
    const { events } = await runPlugin(pseudoStream, { options, answer: 'One. Two.\nThree.' })
    expect(deltasOf(events)).toEqual(pieces)
  })

  test('waits in a stream of its own, and without a delay is a step', async () => {
    const waiting = (await runPlugin(pseudoStream)).contribution.modes?.pseudo?.pace
    const atOnce = (await runPlugin(pseudoStream, { options: { delay: 0 } })).contribution.modes?.pseudo?.pace
    expect(atOnce).toEqual({ step: expect.any(Function) })
    expect(waiting).toEqual({ create: expect.any(Function) })
    if (typeof waiting !== 'object' || !('create' in waiting)) throw new Error('no stream')
    const exchange = fakeExchange()
    const [first, second] = [waiting.create(exchange), waiting.create(exchange)]
    expect(first).toBeInstanceOf(Transform)
    expect(first).not.toBe(second)
  })
})
