import type { StreamEvent } from 'argo-proxy'
import { checkEventGrammar, runEvents, textOf } from 'argo-proxy/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyText } from './any-text.test.fixture.ts'
import { characterCuts, wordCuts } from './cuts.ts'
import { rechunk } from './rechunk.ts'

const start: StreamEvent = { type: 'start', id: 'answer', model: 'model', created: 0 }
const end: StreamEvent = { type: 'choice-end', choice: 0, reason: 'stop' }
const words = { step: () => rechunk(wordCuts) }

describe('rechunk', () => {
  test('cuts texts, thoughts, refusals and arguments, and keeps everything else in its place', async () => {
    const usage: StreamEvent = { type: 'usage', inputTokens: 1, outputTokens: 2 }
    const events: StreamEvent[] = [
      start,
      { type: 'reasoning-delta', choice: 0, delta: 'Let me see' },
      { type: 'text-delta', choice: 0, delta: 'Hello world' },
      { type: 'refusal-delta', choice: 1, delta: 'I cannot' },
      { type: 'raw', format: 'responses', value: { delta: 'not cut' } },
      { type: 'tool-call-start', choice: 0, index: 0, id: 'call', name: 'say it' },
      { type: 'tool-call-delta', choice: 0, index: 0, delta: '{"text": "a b"}' },
      { type: 'tool-call-end', choice: 0, index: 0 },
      { ...end, choice: 1 },
      { ...end, reason: 'tool-calls' },
      usage,
      { type: 'finish' },
    ]
    const out = await runEvents(words, events)
    checkEventGrammar(out)
    expect(out).toEqual([
      start,
      ...['Let ', 'me ', 'see'].map((delta) => ({ type: 'reasoning-delta', choice: 0, delta })),
      ...['Hello ', 'world'].map((delta) => ({ type: 'text-delta', choice: 0, delta })),
      ...['I ', 'cannot'].map((delta) => ({ type: 'refusal-delta', choice: 1, delta })),
      { type: 'raw', format: 'responses', value: { delta: 'not cut' } },
      { type: 'tool-call-start', choice: 0, index: 0, id: 'call', name: 'say it' },
      ...['{"text": ', '"a ', 'b"}'].map((delta) => ({ type: 'tool-call-delta', choice: 0, index: 0, delta })),
      { type: 'tool-call-end', choice: 0, index: 0 },
      { ...end, choice: 1 },
      { ...end, reason: 'tool-calls' },
      usage,
      { type: 'finish' },
    ])
  })

  test('does not split a text with log probabilities, and keeps an empty one', async () => {
    const events: StreamEvent[] = [
      start,
      { type: 'text-delta', choice: 0, delta: 'sure of it', logprobs: { content: [] } },
      { type: 'text-delta', choice: 1, delta: '' },
      end,
      { ...end, choice: 1 },
      { type: 'finish' },
    ]
    expect(await runEvents(words, events)).toEqual(events)
  })

  test('a giant answer comes in at most 100,000 pieces', async () => {
    const delta = 'word '.repeat(150_000)
    const events: StreamEvent[] = [start, { type: 'text-delta', choice: 0, delta }, end, { type: 'finish' }]
    const out = await runEvents(words, events)
    expect(out).toHaveLength(75_000 + 3)
    expect(textOf(out)).toBe(delta)
  })

  test('however the stages cut a text, the pieces are the same', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.nat(), async (text, where) => {
        const at = where % (text.length + 1)
        const parts = [text.slice(0, at), text.slice(at)].map((delta) => ({
          type: 'text-delta' as const,
          choice: 0,
          delta,
        }))
        for (const cuts of [wordCuts, characterCuts]) {
          const out = await runEvents({ step: () => rechunk(cuts) }, [start, ...parts, end, { type: 'finish' }])
          const whole = await runEvents({ step: () => rechunk(cuts) }, [
            start,
            { type: 'text-delta', choice: 0, delta: text },
            end,
            { type: 'finish' },
          ])
          expect(out).toEqual(whole)
        }
      }),
    )
  })
})
