import { PassThrough, Transform } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { Contribution, Plugin } from 'argo-proxy'
import { describe, expect, test } from 'vitest'
import { endingOf, shown } from './support/endings.ts'
import { inTurns } from './support/in-turns.ts'
import { plainPlugins, useSides } from './support/side.ts'
import { chunked } from './support/wire-answer.ts'

const start = useSides()

const plugin = (contribution: Contribution): Plugin => ({ name: 'faulty', apiVersion: 1, setup: () => contribution })
const throwing = (): never => {
  throw new Error('secret of the plugin')
}
/** Fails at the n-th value. */
const failAt = (count: number): Transform => {
  let seen = 0
  return new Transform({
    objectMode: true,
    transform(value, _encoding, done) {
      seen += 1
      done(seen === count ? new Error('secret of the plugin') : null, value)
    },
  })
}

/** Is destroyed at the n-th value. */
const destroyedAt = (count: number, error?: Error): Transform => {
  let seen = 0
  return new Transform({
    objectMode: true,
    transform(value, _encoding, done) {
      seen += 1
      if (seen === count) this.destroy(error)
      else done(null, value)
    },
  })
}

/** As plain JavaScript may have it. */
const untyped = (contribution: object): Contribution => contribution
const gives = (slot: string, value: unknown): Contribution => {
  const write = (_taken: unknown, emit: (value: unknown) => void) => emit(value)
  return untyped({ stages: [{ slot, step: () => ({ write }) }] })
}

/** What a plugin can do wrong, and how the answers end that this befalls; `streamed`: those that have begun by then. */
const wrongs: readonly { name: string; contribution: Contribution; ending: string; streamed?: string | RegExp }[] = [
  { name: 'throws in vote', contribution: { vote: throwing }, ending: '502 plugin_failed' },
  { name: 'throws in rewrite', contribution: { rewrite: throwing }, ending: '502 plugin_failed' },
  {
    name: 'throws in when',
    contribution: { stages: [{ slot: 'events', when: throwing, step: throwing }] },
    ending: '502 plugin_failed',
  },
  {
    name: 'throws in step',
    contribution: { stages: [{ slot: 'events', step: throwing }] },
    ending: '502 plugin_failed',
  },
  {
    name: 'throws in create',
    contribution: { stages: [{ slot: 'events', create: throwing }] },
    ending: '502 plugin_failed',
  },
  {
    name: 'throws at the first event',
    contribution: { stages: [{ slot: 'events', step: () => ({ write: throwing }) }] },
    ending: '502 plugin_failed',
  },
  {
    name: 'throws at the last event',
    contribution: {
      stages: [
        {
          slot: 'events',
          step: () => ({ write: (event, emit) => (event.type === 'finish' ? throwing() : emit(event)) }),
        },
      ],
    },
    ending: '502 plugin_failed',
    streamed: 'in-band plugin_failed',
  },
  {
    name: 'throws at the end of its input',
    contribution: {
      stages: [{ slot: 'events', step: () => ({ write: (event, emit) => emit(event), end: throwing }) }],
    },
    ending: '502 plugin_failed',
    // The format's end is out. Clients that read on see the connection break; some do not.
    streamed: /^(?:whole|cut)$/,
  },
  {
    name: 'has a stream that fails',
    contribution: { stages: [{ slot: 'events', create: () => failAt(3) }] },
    ending: '502 plugin_failed',
    streamed: /^(?:in-band|502) plugin_failed$/,
  },
  {
    name: 'has a stream of upstream bytes that fails',
    contribution: { stages: [{ slot: 'upstream-bytes', create: () => failAt(1) }] },
    ending: '502 plugin_failed',
  },
  {
    name: 'throws at the bytes for the client',
    contribution: { stages: [{ slot: 'client-bytes', step: () => ({ write: throwing }) }] },
    ending: '502 plugin_failed',
  },
  {
    name: 'throws at the last bytes for the client',
    contribution: {
      stages: [
        {
          slot: 'client-bytes',
          when: ({ request }) => request.stream,
          step: () => ({
            write: (bytes, emit) => (/\[DONE\]|response\.completed/.test(String(bytes)) ? throwing() : emit(bytes)),
          }),
        },
      ],
    },
    ending: 'whole',
    // The format's end is what is missing, and nothing behind it could say so.
    streamed: 'cut',
  },
  {
    name: 'swallows the end of the answer',
    contribution: {
      stages: [{ slot: 'events', step: () => ({ write: (event, emit) => event.type !== 'finish' && emit(event) }) }],
    },
    ending: '500 internal_error',
    streamed: 'in-band internal_error',
  },
  {
    name: 'votes for something that is no vote',
    contribution: untyped({ vote: async () => undefined }),
    ending: '502 plugin_failed',
  },
  {
    name: 'forgets what its rewrite returns',
    contribution: untyped({ rewrite: () => undefined }),
    ending: '502 plugin_failed',
  },
  {
    name: 'creates nothing',
    contribution: untyped({ stages: [{ slot: 'events', create: () => undefined }] }),
    ending: '502 plugin_failed',
  },
  {
    name: 'creates its stream later',
    contribution: untyped({ stages: [{ slot: 'events', create: async () => new PassThrough() }] }),
    ending: '502 plugin_failed',
  },
  {
    name: 'has a stream of events that is not in object mode',
    contribution: { stages: [{ slot: 'events', create: () => new PassThrough() }] },
    ending: '502 plugin_failed',
  },
  { name: 'gives nothing where events flow', contribution: gives('events', null), ending: '502 plugin_failed' },
  {
    name: 'gives an event without its text',
    contribution: gives('events', { type: 'text-delta', choice: 0 }),
    ending: '502 plugin_failed',
  },
  {
    name: 'has a stream that gives what is no event',
    contribution: {
      stages: [
        {
          slot: 'events',
          create: () => new Transform({ objectMode: true, transform: (_value, _encoding, done) => done(null, 'x') }),
        },
      ],
    },
    ending: '502 plugin_failed',
  },
  { name: 'gives nothing where bytes flow', contribution: gives('client-bytes', null), ending: '502 plugin_failed' },
  { name: 'gives text where bytes flow', contribution: gives('upstream-bytes', 'text'), ending: '502 plugin_failed' },
  {
    name: 'destroys its stream',
    contribution: {
      stages: [
        {
          slot: 'events',
          create: () => destroyedAt(2, new Error('secret of the plugin')),
        },
      ],
    },
    ending: '502 plugin_failed',
  },
  {
    name: 'destroys its stream without a word',
    contribution: { stages: [{ slot: 'events', create: () => destroyedAt(2) }] },
    ending: '502 plugin_failed',
  },
]

describe.each(['argo', 'openai'] as const)('over %s', (kind) => {
  test.each(wrongs)(
    'a plugin that $name is named, nothing hangs, nothing is cut in silence',
    async ({ contribution, ending, streamed = ending }) => {
      const side = await start(
        kind,
        { plugins: [...plainPlugins, plugin(contribution)], timeouts: { total: 3_000 } },
        async (socket, answer) => {
          const bytes = chunked(answer)
          // The last event alone, so that streams have begun by then.
          socket.write(bytes.subarray(0, -30))
          await pause(20)
          socket.write(bytes.subarray(-30))
        },
      )
      const questions = (['chat', 'completions', 'responses'] as const).flatMap((endpoint) =>
        [true, false].map((stream) => ({ endpoint, stream, prompt: 'x' })),
      )
      const endings = await inTurns(questions, 6, (question) => endingOf(side.baseURL, question, 2_500))
      for (const [index, seen] of endings.entries())
        expect({ ...questions[index], ending: shown(seen) }).toMatchObject({
          ending: expect.stringMatching(questions[index]?.stream ? streamed : ending),
        })
      // Clients are told who, the log is told what.
      const client = JSON.stringify(endings)
      expect(client).not.toContain('secret')
    },
  )
})

test('the failing exchange harms no other', async () => {
  const moody = plugin({
    stages: [
      {
        slot: 'events',
        when: ({ request }) => JSON.stringify(request.messages).includes('bad'),
        step: () => ({ write: throwing }),
      },
    ],
  })
  const side = await start('argo', { plugins: [...plainPlugins, moody] })
  const endings = await inTurns(Array.from({ length: 200 }), 20, (_, index) =>
    endingOf(side.baseURL, { endpoint: 'chat', stream: index % 4 < 2, prompt: index % 2 ? 'bad' : 'good' }),
  )
  expect(endings.every((ending, index) => shown(ending) === (index % 2 ? '502 plugin_failed' : 'whole'))).toBe(true)
})

test('where the pieces of a later call cannot be built, no call of the answer goes upstream', async () => {
  const built: PassThrough[] = []
  const build = (): PassThrough => {
    if (built.length === 2) throwing()
    const stream = new PassThrough({ objectMode: true })
    built.push(stream)
    return stream
  }
  // One of events, which all calls share, and one for each call.
  const failsAtTheSecond = plugin({
    stages: [
      { slot: 'events', create: build },
      { slot: 'upstream-bytes', create: build },
    ],
  })
  const side = await start('argo', { plugins: [...plainPlugins, failsAtTheSecond] }, () => {})
  const answer = await side.ask('/v1/completions', { model: 'gpt-4o', prompt: ['one', 'two', 'three'] })
  expect(answer.status).toBe(502)
  expect(await answer.text()).toContain('plugin_failed')
  await pause(50)
  expect(side.upstream.requests).toHaveLength(0)
  expect(side.upstream.open()).toBe(0)
  expect(built.map(({ destroyed }) => destroyed)).toEqual([true, true])
})
