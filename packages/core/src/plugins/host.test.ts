import { describe, expect, test } from 'vitest'
import type { Contribution, Stage } from '../contract/plugin.ts'
import { fakeRequest, fakeUpstream, recordingLogger } from '../testing/fake-exchange.ts'
import { createHost } from './host.ts'

const log = recordingLogger([])
const upstream = fakeUpstream()
const modes: Contribution = { modes: { real: { upstream: 'stream' }, pseudo: { upstream: 'complete' } } }
const byDefault = { mode: 'real', because: 'it is the default', closeLimit: 0 }
const voter = (mode: string, because: string, force: boolean): Contribution => ({
  vote: () => ({ mode, because, force }),
})

function hostOf(...contributions: Contribution[]) {
  const plugins = [modes, ...contributions].map((contribution, index) => ({ name: `plugin-${index}`, contribution }))
  return createHost(plugins, byDefault, log)
}

describe('the stream mode', () => {
  test.each<[string, Contribution[], string | undefined, string, string]>([
    ['the default', [], undefined, 'real', 'it is the default'],
    ['a wish before the default', [voter('pseudo', 'I like it', false)], undefined, 'pseudo', 'plugin-1: I like it'],
    [
      "the request's preference before a wish",
      [voter('pseudo', 'x', false)],
      'real',
      'real',
      'the request asks for it',
    ],
    ['a force before the preference', [voter('pseudo', 'tools', true)], 'real', 'pseudo', 'plugin-1: tools'],
  ])('%s', (_name, voters, preference, mode, because) => {
    expect(hostOf(...voters).decide(fakeRequest(), upstream, preference)).toMatchObject({
      mode,
      because,
      owner: 'plugin-0',
    })
  })

  test('two different forces are an error that quotes both reasons', () => {
    const host = hostOf(voter('pseudo', 'tools', true), voter('real', 'live', true))
    expect(() => host.decide(fakeRequest(), upstream)).toThrow(/"pseudo" \(tools\).*"real" \(live\)/)
  })

  test('a mode that nobody offers is an error that names those offered', () => {
    expect(() => hostOf().decide(fakeRequest(), upstream, 'surreal')).toThrow(/"surreal".*real, pseudo/)
  })

  test('a vote for one is the fault of its plugin, not of the request', () => {
    const decide = () => hostOf(voter('surreal', 'x', false)).decide(fakeRequest(), upstream, 'real')
    const cause = expect.objectContaining({ message: expect.stringMatching(/"surreal".*real, pseudo/) })
    expect(decide).toThrow(expect.objectContaining({ code: 'plugin_failed', cause }))
  })

  test.each([{}, { mode: 'real' }, { mode: 1, because: 'x' }, 'real', Promise.resolve()])(
    'a vote that is none is blamed by plugin: %j',
    (vote) => {
      const careless: Contribution = {}
      Reflect.set(careless, 'vote', () => vote)
      expect(() => hostOf(careless).decide(fakeRequest(), upstream)).toThrow(/"plugin-1" \(vote\)/)
    },
  )

  test('a vote that throws is blamed by plugin', () => {
    const thrower: Contribution = {
      vote: () => {
        throw new Error('boom')
      },
    }
    expect(() => hostOf(thrower).decide(fakeRequest(), upstream)).toThrow(/"plugin-1" \(vote\)/)
  })
})

test("stages are sorted by their order, within it by the configuration's", () => {
  const stage = (name: string, order?: 'pre' | 'post'): Stage => ({
    slot: 'events',
    name,
    order,
    step: () => ({ write: () => {} }),
  })
  const host = hostOf({ stages: [stage('c', 'post'), stage('a')] }, { stages: [stage('b'), stage('first', 'pre')] })
  expect(host.stages('events').map(({ stage: { name } }) => name)).toEqual(['first', 'a', 'b', 'c'])
})

test.each([undefined, null, {}, { model: 'x' }, 'text'])(
  'a rewrite that gives no request is blamed: %j',
  async (result) => {
    const careless: Contribution = {}
    Reflect.set(careless, 'rewrite', async () => result)
    await expect(hostOf(careless).rewrite(fakeRequest(), upstream)).rejects.toThrow(/"plugin-1" \(rewrite\)/)
  },
)

test('requests are rewritten by one plugin after the other', async () => {
  const append = (text: string): Contribution => ({
    rewrite: (request) => ({ ...request, model: request.model + text }),
  })
  expect((await hostOf(append('1'), append('2')).rewrite(fakeRequest({ model: 'm' }), upstream)).model).toBe('m12')
})

test('plugins close in reverse order, also when one fails', async () => {
  const closed: string[] = []
  const closing = (name: string): Contribution => ({
    close: () => {
      closed.push(name)
      if (name === 'b') throw new Error('boom')
    },
  })
  await hostOf(closing('a'), closing('b'), closing('c')).close()
  expect(closed).toEqual(['c', 'b', 'a'])
})
