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

/** `reads`: each a chunk, or several that come as one. */
function run(
  lane: typeof wholeEvents | typeof wholeBody,
  reads: readonly (Buffer | readonly Buffer[])[],
  outcome: CallOutcome,
): Result {
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
  const take = (bytes: Buffer): void => void result.released.push(bytes)
  for (const read of reads) step.write(Buffer.isBuffer(read) ? read : Buffer.concat(read), take)
  end.outcome = outcome
  step.end?.(take)
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

  test('byte by byte, one at a time and several together', () => {
    const single = [...bytes].map((byte) => Buffer.from([byte]))
    expect(Buffer.concat(run(wholeEvents, single, 'unproven').released).equals(bytes)).toBe(true)
    for (let size = 1; size <= bytes.length; size += 1) {
      const reads = single.flatMap((_, at) => (at % size === 0 ? [single.slice(at, at + size)] : []))
      const { released, settled } = run(wholeEvents, reads, 'unproven')
      expect(Buffer.concat(released).equals(bytes)).toBe(true)
      expect(settled).toBe('finished')
      for (const chunk of released) expect(chunk.toString()).toMatch(/(?:\n\n|\r\n\r\n)$/)
    }
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

test('a stream that ends properly without [DONE] is whole where it said why it ended, however its chunks came', () => {
  const frame = (reason: string): Buffer => Buffer.from(`data: {"choices":[{"finish_reason":${reason}}]}\n\n`)
  const usage = Buffer.from('data: {"choices":[],"usage":{}}\n\n')
  for (const [reason, settled] of [
    ['"stop"', 'finished'],
    ['null', 'failed'],
  ] as const) {
    const chunks = [frame('null'), frame('null'), frame(reason), usage]
    for (const reads of [chunks, [chunks], [chunks.slice(0, 2), chunks.slice(2)], [chunks.slice(0, 3), [usage]]]) {
      expect(run(wholeEvents, reads, 'complete').settled).toBe(settled)
      expect(run(wholeEvents, reads, 'unproven').settled).toBe('failed')
    }
  }
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
