import { describe, expect, test } from 'vitest'
import type { ProxyError } from '../contract/error.ts'
import { wholeBody, wholeEvents } from './byte-lane.ts'
import type { CallEnd, CallOutcome } from './call-end.ts'
import type { Verdict } from './verdict.ts'

interface Result {
  released: Buffer[]
  settled?: 'finished' | 'failed'
  error?: ProxyError
}

function run(lane: typeof wholeEvents | typeof wholeBody, chunks: readonly Buffer[], outcome: CallOutcome): Result {
  const result: Result = { released: [] }
  const verdict: Verdict = {
    get settled() {
      return result.settled
    },
    finish() {
      result.settled ??= 'finished'
    },
    fail(error) {
      result.settled ??= 'failed'
      result.error ??= error
    },
  }
  const end: CallEnd = { done: false }
  const step = lane({ end, verdict, decode: () => ({ write: () => {} }) })
  for (const chunk of chunks) step.write(chunk, (bytes) => result.released.push(bytes))
  end.outcome = outcome
  step.end?.((bytes) => result.released.push(bytes))
  return result
}

const streams = {
  'line feeds': 'data: {"a":"grüße"}\n\n: comment\n\ndata: {"b":"🧪"}\n\ndata: [DONE]\n\n',
  'carriage returns': 'event: x\r\ndata: {"a":"é"}\r\n\r\ndata: [DONE]\r\n\r\n',
}

describe.each(Object.entries(streams))('whole events, %s', (_name, text) => {
  const bytes = Buffer.from(text)

  test('bytes pass untouched at every split, and only whole events', () => {
    for (let at = 0; at <= bytes.length; at += 1) {
      const { released, settled } = run(wholeEvents, [bytes.subarray(0, at), bytes.subarray(at)], 'unproven')
      expect(Buffer.concat(released).equals(bytes)).toBe(true)
      expect(settled).toBe('finished')
      for (const chunk of released) expect(chunk.toString()).toMatch(/(?:\n\n|\r\n\r\n)$/)
    }
  })

  test('byte by byte', () => {
    const { released } = run(
      wholeEvents,
      [...bytes].map((byte) => Buffer.from([byte])),
      'unproven',
    )
    expect(Buffer.concat(released).equals(bytes)).toBe(true)
  })

  test('cut anywhere before its terminal event, it is a failure', () => {
    const terminal = bytes.indexOf('data: [DONE]')
    for (let at = 0; at < terminal; at += 1) {
      expect(run(wholeEvents, [bytes.subarray(0, at)], 'unproven').settled).toBe('failed')
    }
  })
})

test('an incomplete event at a proven end is a failure', () => {
  const result = run(wholeEvents, [Buffer.from('data: {}\n\ndata: {"a"')], 'complete')
  expect(result.error?.code).toBe('upstream_disconnected')
  expect(Buffer.concat(result.released).toString()).toBe('data: {}\n\n')
})

test('[DONE] inside a text is no terminal event', () => {
  const result = run(wholeEvents, [Buffer.from('data: {"content":"data: [DONE]"}\n\n')], 'unproven')
  expect(result.settled).toBe('failed')
})

describe('whole body', () => {
  test('is held until its end is proven', () => {
    expect(run(wholeBody, [Buffer.from('{"a":'), Buffer.from('1}')], 'complete').released.join('')).toBe('{"a":1}')
  })
  test('that is no JSON object is an error', () => {
    expect(run(wholeBody, [Buffer.from('<html>')], 'complete').error?.code).toBe('upstream_invalid_answer')
  })
})
