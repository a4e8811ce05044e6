import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StreamEvent } from '../contract/event.ts'
import { stopSequences } from './stop-sequences.ts'

/** The text of choice 0 and how many times it ended, when its text comes in these pieces. */
function run(pieces: readonly string[], stop: readonly string[]): { text: string; ends: number } {
  const step = stopSequences(stop, 1)
  let text = ''
  let ends = 0
  const emit = (event: StreamEvent) => {
    if (event.type === 'text-delta') text += event.delta
    if (event.type === 'choice-end') ends += 1
  }
  for (const delta of pieces) step.write({ type: 'text-delta', choice: 0, delta }, emit)
  step.write({ type: 'choice-end', choice: 0, reason: 'length' }, emit)
  return { text, ends }
}

describe('stop sequences', () => {
  test('the answer is the text before the first stop, however it is split', () => {
    const piece = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 4 })
    const stop = fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 3,
    })
    fc.assert(
      fc.property(fc.array(piece), stop, (pieces, sequences) => {
        const whole = pieces.join('')
        // The stop that is complete first; of two at the same place, the longer one.
        const stops = sequences
          .map((sequence) => ({ start: whole.indexOf(sequence), end: whole.indexOf(sequence) + sequence.length }))
          .filter(({ start }) => start >= 0)
          .sort((a, b) => a.end - b.end || a.start - b.start)
        const expected = whole.slice(0, stops[0]?.start)
        expect(run(pieces, sequences)).toEqual({ text: expected, ends: 1 })
      }),
      { numRuns: 2_000 },
    )
  })

  test('the answer is finished when all choices have been stopped, and nothing comes after that', () => {
    const out: string[] = []
    const step = stopSequences(['END'], 2)
    const take = (event: StreamEvent) => {
      step.write(event, ({ type, ...rest }) => out.push('choice' in rest ? `${type} ${rest.choice}` : type))
    }
    take({ type: 'text-delta', choice: 0, delta: 'a END b' })
    expect(out).toEqual(['text-delta 0', 'choice-end 0'])
    take({ type: 'text-delta', choice: 1, delta: 'c END d' })
    take({ type: 'text-delta', choice: 1, delta: 'e' })
    take({ type: 'usage', inputTokens: 1, outputTokens: 1 })
    take({ type: 'finish' })
    expect(out.slice(2)).toEqual(['text-delta 1', 'choice-end 1', 'finish'])
  })

  test('a choice that has called ends in that, and the rest of the answer comes where no number of choices is given', () => {
    const out: StreamEvent[] = []
    const step = stopSequences(['END'])
    const usage: StreamEvent = { type: 'usage', inputTokens: 1, outputTokens: 1 }
    const events: StreamEvent[] = [
      { type: 'tool-call-start', choice: 0, index: 0, id: 'c', name: 'f' },
      { type: 'tool-call-end', choice: 0, index: 0 },
      { type: 'text-delta', choice: 0, delta: 'a END b' },
      { type: 'choice-end', choice: 0, reason: 'tool-calls' },
      usage,
      { type: 'finish' },
    ]
    for (const event of events) step.write(event, (each) => out.push(each))
    expect(out.slice(2)).toEqual([
      { type: 'text-delta', choice: 0, delta: 'a ' },
      { type: 'choice-end', choice: 0, reason: 'tool-calls' },
      usage,
      { type: 'finish' },
    ])
  })

  test('a text that cannot begin a stop is not held', () => {
    const out: StreamEvent[] = []
    stopSequences(['END'], 1).write({ type: 'text-delta', choice: 0, delta: 'words' }, (event) => out.push(event))
    expect(out).toEqual([{ type: 'text-delta', choice: 0, delta: 'words' }])
  })
})
