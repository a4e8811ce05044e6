import { describe, expect, test } from 'vitest'
import { answers } from '../answers.ts'
import { openaiWire } from '../upstream/wires.ts'
import { checkReply, type Expectation } from './check-reply.ts'

const { opening, piece, closing } = openaiWire
const streamed = opening + answers.stream.pieces.map(piece).join('') + closing
const held = opening + answers.held.pieces.slice(0, 3).map(piece).join('') + closing
const complete = openaiWire.complete(answers.small)

function check(
  body: string | Buffer,
  expectation: Expectation,
  name: 'stream' | 'held' | 'small',
  status = 200,
): number[] {
  const parts = [{ at: 5, bytes: Buffer.from(body) }]
  return checkReply({ status, parts, sent: 0, received: 9 }, expectation, name, name !== 'small')
}

describe('checkReply', () => {
  test.each(['bytes', 'chat'] as const)('takes what the upstream sent, as %s', (expectation) => {
    expect(check(streamed, expectation, 'stream')).toHaveLength(200)
    expect(check(held, expectation, 'held')).toHaveLength(3)
    expect(check(complete, expectation, 'small')).toEqual([9])
  })

  test.each(['bytes', 'chat'] as const)('refuses one wrong byte in the text, as %s', (expectation) => {
    for (const [body, name] of [
      [streamed, 'stream'],
      [held, 'held'],
      [complete, 'small'],
    ] as const) {
      const wrong = Buffer.from(body)
      wrong.write('X', wrong.lastIndexOf('"content":"') + 13)
      expect(() => check(wrong, expectation, name)).toThrow()
    }
  })

  test.each(['bytes', 'chat'] as const)('refuses an answer without its end, as %s', (expectation) => {
    expect(() => check(streamed.slice(0, -'data: [DONE]\n\n'.length), expectation, 'stream')).toThrow()
    expect(() =>
      check(opening + answers.stream.pieces.slice(1).map(piece).join('') + closing, expectation, 'stream'),
    ).toThrow()
    expect(() => check(complete.slice(0, -1), expectation, 'small')).toThrow()
  })

  test('refuses a byte more, where bytes are compared', () => {
    expect(() => check(`${streamed}\n`, 'bytes', 'stream')).toThrow('other bytes')
    expect(() => check(`${complete} `, 'bytes', 'small')).toThrow('other bytes')
  })

  test('refuses another status', () => {
    expect(() => check('{"error": 1}', 'chat', 'small', 502)).toThrow('status 502: {"error": 1}')
  })

  test('gives the time at which each event was whole', () => {
    const bytes = Buffer.from(streamed)
    const second = Buffer.byteLength(
      opening + piece(answers.stream.pieces[0] ?? '') + piece(answers.stream.pieces[1] ?? ''),
    )
    const parts = [
      { at: 1, bytes: bytes.subarray(0, second - 1) },
      { at: 2, bytes: bytes.subarray(second - 1) },
    ]
    const times = checkReply({ status: 200, parts, sent: 0, received: 2 }, 'bytes', 'stream', true)
    expect(times.slice(0, 3)).toEqual([1, 2, 2])
  })
})
