import { describe, expect, test } from 'vitest'
import type { StreamEvent } from '../../contract/event.ts'
import { checkEventGrammar } from '../../testing/event-grammar.ts'
import { decoded } from '../decoded.test.support.ts'
import { decodeStream } from './decode-stream.ts'
import { delta, done, frame, sse, stop } from './frames.test.support.ts'

/** Events between `start` and `choice-end`. */
function body(...frames: string[]): StreamEvent[] {
  const events = decoded(decodeStream('chat-completions', 'https://up.test'), [...frames, done])
  checkEventGrammar(events)
  return events.filter(({ type }) => !['start', 'finish', 'choice-end'].includes(type))
}

const all = (frames: string[]) => decoded(decodeStream('chat-completions', 'https://up.test'), frames)

describe('what nobody here knows', () => {
  const raws = (...frames: string[]) => body(...frames).flatMap((event) => (event.type === 'raw' ? [event.value] : []))

  test('survives once where it is the same in every frame', () => {
    const more = { system_fingerprint: 'fp', service_tier: 'default', obfuscation: 'xyz', nothing: null, empty: '' }
    const frames = ['a', 'b', 'c'].map((content) => frame({ delta: { content } }, { ...more, obfuscation: content }))
    expect(raws(...frames, stop())).toEqual([{ system_fingerprint: 'fp', service_tier: 'default' }])
  })

  test('survives in a choice and in a delta', () => {
    const filter = { content_filter_results: { hate: { filtered: false } } }
    expect(
      raws(
        frame({ delta: { content: 'a', reasoning_details: [{ text: 't' }] }, ...filter }),
        frame({ delta: { content: 'b' }, ...filter }),
        frame({ delta: {}, finish_reason: 'stop', stop_reason: 151_643 }),
      ),
    ).toEqual([
      { choices: [{ index: 0, ...filter, delta: { reasoning_details: [{ text: 't' }] } }] },
      { choices: [{ index: 0, stop_reason: 151_643 }] },
    ])
  })

  test('waits for the frame that names the answer', () => {
    const prompt_filter_results = [{ prompt_index: 0 }]
    const events = all([
      sse({ id: '', object: '', model: '', created: 0, choices: [], prompt_filter_results }),
      delta({ content: 'a' }),
      stop(),
      done,
    ])
    checkEventGrammar(events)
    expect(events.slice(0, 2)).toEqual([
      { type: 'start', id: 'chatcmpl-1', model: 'm-1', created: 5 },
      { type: 'raw', format: 'chat-completions', value: { prompt_filter_results } },
    ])
  })

  test('is a raw event of its own where it is no answer at all', () => {
    expect(body(sse({ type: 'ping', n: 1 }), delta({ content: 'a' }), stop())).toContainEqual({
      type: 'raw',
      format: 'openai',
      value: { type: 'ping', n: 1 },
    })
  })
})
