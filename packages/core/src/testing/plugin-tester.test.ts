import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { EventStep } from '../contract/event.ts'
import { definePlugin } from '../contract/plugin.ts'
import { optionFaults, runPlugin } from './plugin-tester.ts'

const append = (mark: string): EventStep => ({
  write: (event, emit) => emit(event.type === 'text-delta' ? { ...event, delta: event.delta + mark } : event),
})

function recordingPlugin(calls: string[]) {
  return definePlugin({
    name: 'recording',
    apiVersion: 1,
    options: z.strictObject({ mark: z.string().default('!') }).prefault({}),
    setup(context, { mark }) {
      context.log.info('set up')
      return {
        modes: {
          other: { upstream: 'stream' },
          bracket: { upstream: 'complete', gather: { step: () => append('<') }, pace: { step: () => append('>') } },
        },
        stages: [
          { slot: 'events', order: 'post', step: () => append('3') },
          { slot: 'events', step: () => append(mark) },
          { slot: 'events', order: 'pre', step: () => append('1') },
          { slot: 'events', when: ({ mode }) => mode === 'other', step: () => append('never') },
          { slot: 'client-bytes', step: () => ({ write: (bytes, emit) => emit(Buffer.from(`[${bytes}]`)) }) },
        ],
        vote: ({ user }) => (user ? { mode: 'bracket', because: 'of the user' } : undefined),
        rewrite: (request) => ({ ...request, model: `${request.model}-mini` }),
        close: () => void calls.push('close'),
      }
    },
  })
}

describe('runPlugin', () => {
  test('runs vote, rewrite, bracket, stages in order, and close', async () => {
    const calls: string[] = []
    const run = await runPlugin(recordingPlugin(calls), {
      options: { mark: '2' },
      request: { user: 'ada' },
      answer: 'text',
      bytes: { 'client-bytes': ['a', 'b'] },
    })
    expect(run.text).toBe('text<123>')
    expect(run.vote).toEqual({ mode: 'bracket', because: 'of the user' })
    expect(run.request.model).toBe('test-model-mini')
    expect(run.exchange).toMatchObject({
      mode: 'bracket',
      request: { model: 'test-model-mini' },
      original: { model: 'test-model' },
    })
    expect(String(run.bytes['client-bytes'])).toBe('[a][b]')
    expect(run.exchange.logged).toEqual([{ level: 'info', message: 'set up' }])
    expect(run.error).toBeUndefined()
    expect(calls).toEqual(['close'])
  })

  test('takes an answer in pieces', async () => {
    const { text, events } = await runPlugin(recordingPlugin([]), { answer: ['a', 'b'], mode: 'bracket' })
    expect(text).toBe('a<1!3>b<1!3>')
    expect(events).toHaveLength(5)
  })

  test('takes the first mode without a vote, and the one that the test names', async () => {
    expect((await runPlugin(recordingPlugin([]), { answer: '' })).text).toBe('1!never3')
    expect((await runPlugin(recordingPlugin([]), { answer: '', mode: 'bracket' })).text).toBe('<1!3>')
  })

  test('leaves the bracket out where the client wants no stream', async () => {
    const run = await runPlugin(recordingPlugin([]), { answer: '', mode: 'bracket', request: { stream: false } })
    expect(run.text).toBe('1!3')
  })

  test('names the options that do not fit', async () => {
    const plugin = recordingPlugin([])
    await expect(runPlugin(plugin, { options: { mark: 1 } })).rejects.toThrow(/refuses the options: mark: /)
    expect(await optionFaults(plugin, { mark: 1 })).toEqual([expect.stringMatching(/^mark: .*string/)])
    expect(await optionFaults(plugin, undefined)).toEqual([])
    const bare = definePlugin({ name: 'bare', apiVersion: 1, setup: () => ({}) })
    await expect(runPlugin(bare, { options: {} })).rejects.toThrow('Plugin bare takes no options.')
    expect(await optionFaults(bare, { a: 1 })).toEqual(['it takes no options'])
    expect(await optionFaults(bare, undefined)).toEqual([])
  })

  test.each<[string, object, RegExp]>([
    ['an apiVersion that is not there', { apiVersion: 2 }, /^odd is not a plugin: apiVersion: must be 1/],
    ['a setup that gives nothing', { setup: () => undefined }, /^Plugin odd contributes something wrong: it: /],
    [
      'a stage without a step',
      { setup: () => ({ stages: [{ slot: 'events' }] }) },
      /contributes something wrong: stages/,
    ],
    [
      'a rewrite that gives nothing',
      { setup: () => ({ rewrite: () => undefined }) },
      /^The rewrite of plugin odd gave no/,
    ],
    [
      'a vote that waits',
      { setup: () => ({ vote: async () => ({ mode: 'real', because: 'x' }) }) },
      /^The vote of plugin odd/,
    ],
  ])('refuses what the proxy refuses: %s', async (_, parts, expected) => {
    const plugin = { name: 'odd', apiVersion: 1 as const, setup: () => ({}), ...parts }
    await expect(runPlugin(plugin)).rejects.toThrow(expected)
  })

  test('says whose events break the grammar, and closes all the same', async () => {
    const calls: string[] = []
    const swallowing = definePlugin({
      name: 'swallowing',
      apiVersion: 1,
      setup: () => ({
        stages: [{ slot: 'events', step: () => ({ write() {} }) }],
        close: () => void calls.push('close'),
      }),
    })
    await expect(runPlugin(swallowing)).rejects.toThrow('In the answer that swallowing makes: The answer stops')
    await expect(runPlugin(swallowing, { answer: [] })).rejects.toThrow(
      'In the answer that the test gives: The answer stops',
    )
    expect(calls).toEqual(['close', 'close'])
  })

  test('gives a stage what ask answers, and an error where the test says nothing', async () => {
    const heard: string[] = []
    const asking = definePlugin({
      name: 'asking',
      apiVersion: 1,
      setup: () => ({
        stages: [
          {
            slot: 'events',
            step: (exchange) => ({
              write(event, emit) {
                emit(event)
                if (event.type === 'finish') {
                  exchange.setHeader('X-Asked', 'yes')
                  exchange.ask(exchange.request).then((events) => heard.push(...events.map(({ type }) => type)))
                }
              },
            }),
          },
        ],
      }),
    })
    const run = await runPlugin(asking, { ask: () => 'again' })
    await runPlugin(asking)
    expect(run.exchange.asked).toEqual([run.request])
    expect(run.exchange.headers).toEqual({ 'x-asked': 'yes' })
    expect(heard).toEqual(['start', 'text-delta', 'choice-end', 'finish', 'error'])
  })
})
