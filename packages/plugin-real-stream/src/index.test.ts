import type { StreamEvent } from 'argo-proxy'
import { optionFaults, runPlugin } from 'argo-proxy/testing'
import { expect, test } from 'vitest'
import realStream from './index.ts'

test('offers the mode real: the streaming call, and a passthrough', async () => {
  const { contribution } = await runPlugin(realStream)
  expect(contribution).toEqual({ modes: { real: { upstream: 'stream', pace: 'passthrough' } } })
})

test('delays, merges and changes nothing', async () => {
  const answer: StreamEvent[] = [
    { type: 'start', id: 'answer', model: 'model', created: 0 },
    { type: 'text-delta', choice: 0, delta: 'Hel' },
    { type: 'text-delta', choice: 0, delta: 'lo' },
    { type: 'text-delta', choice: 0, delta: '' },
    { type: 'choice-end', choice: 0, reason: 'stop' },
    { type: 'finish' },
  ]
  const { events } = await runPlugin(realStream, { answer })
  expect(events).toEqual(answer)
  expect(events.every((event, index) => event === answer[index])).toBe(true)
})

test('takes no options', async () => {
  expect(await optionFaults(realStream, {})).toEqual([])
  await expect(runPlugin(realStream, { options: { delay: 1 } })).rejects.toThrow('takes no options')
})
