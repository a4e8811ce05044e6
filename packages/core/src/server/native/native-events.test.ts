import { describe, expect, test, vi } from 'vitest'
import { proxyError } from '../../errors.ts'
import { byByte, everySplit } from '../../testing/every-split.ts'
import { NativeEvents } from './native-events.ts'

const cut = proxyError('upstream_disconnected', 'cut')
const response = { id: 'resp_1', output: [], said: 'é\n"type":"response.completed" 🎉' }
const typeFirst = (type: string, fields: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`
const typeLast = (type: string, fields: object): string =>
  `data: ${JSON.stringify({ ...fields, type }, null, 1)
    .split('\n')
    .join('\ndata: ')}\n\n`

/** A stream with all that may stand between its events, and what is known of it behind each of them. */
function streamOf(frame: typeof typeFirst): { text: string; next: number; begun: boolean }[] {
  const created = frame('response.created', { sequence_number: 0, response })
  const item = { type: 'response.failed', sequence_number: 99 }
  return [
    { text: ': ping\n\n', next: 0, begun: false },
    { text: created, next: 1, begun: true },
    { text: frame('odd', { sequence_number: 1, delta: '"type":"error"é🎉', item }), next: 2, begun: true },
    { text: 'data: [DONE]\n\n', next: 2, begun: true },
    { text: 'id: 7\nretry: 3\n\n', next: 2, begun: true },
  ]
}

const last = { sequence_number: 2, response: { ...response, status: 'completed' } }

function feed(chunks: readonly Buffer[]): { events: NativeEvents; passed: string } {
  const events = new NativeEvents()
  const passed = chunks.map((chunk) => events.take(chunk)).filter((part) => part !== undefined)
  return { events, passed: Buffer.concat(passed).toString('utf8') }
}

const outline = (told: string): string[] =>
  [...told.matchAll(/"type":"(error|response\.failed)","sequence_number":(\d+)/g)].map(
    ([, type, at]) => `${type} ${at}`,
  )

describe.each([
  ['LF', typeFirst, '\n'],
  ['CRLF', typeFirst, '\r\n'],
  ['LF and the type last, in several lines', typeLast, '\n'],
  ['CRLF and the type last, in several lines', typeLast, '\r\n'],
])('events with %s', (_what, frame, lineEnd) => {
  const withEnds = (text: string): string => text.replaceAll('\n', lineEnd)
  const parts = streamOf(frame).map((part) => ({ ...part, text: withEnds(part.text) }))
  const open = parts.map(({ text }) => text).join('')
  const ends = ['completed', 'incomplete', 'failed'].map((word) => withEnds(frame(`response.${word}`, last)))

  test('pass unchanged, and the last one is seen, wherever they are split', () => {
    for (const end of ends) {
      for (const chunks of [...everySplit(open + end), byByte(open + end)]) {
        const { events, passed } = feed(chunks)
        expect(passed === open + end).toBe(true)
        expect(events.state).toBe('whole')
        expect(events.end()).toBeUndefined()
      }
    }
  })

  test('are open until then, and an error goes on from them, wherever they are split', () => {
    for (const chunks of [...everySplit(open), byByte(open)]) {
      const { events, passed } = feed(chunks)
      expect(passed === open).toBe(true)
      expect(events.state).toBe('open')
      expect(outline(events.failure(cut))).toEqual(['error 2', 'response.failed 3'])
    }
  })

  test('tell of an error behind what has passed, wherever they are cut', () => {
    const [end = ''] = ends
    for (const [begin] of everySplit(open + end)) {
      const { events, passed } = feed([begin])
      if (events.end()) {
        // All but its blank line came.
        expect((open + end).startsWith(begin.toString('utf8'))).toBe(true)
        expect(begin.toString('utf8').trimEnd().endsWith('}')).toBe(true)
        expect(events.state).toBe('whole')
        continue
      }
      const known = { next: 0, begun: false }
      let length = 0
      for (const { text, ...after } of parts) {
        length += text.length
        if (passed.length >= length) Object.assign(known, after)
      }
      const { next, begun } = known
      expect(events.state).toBe('open')
      const told = begun ? [`error ${next}`, `response.failed ${next + 1}`] : [`error ${next}`]
      expect(outline(events.failure(cut))).toEqual(told)
    }
  })

  test("an upstream's own error is not told again", () => {
    const own = withEnds(frame('error', { sequence_number: 2, message: 'No room.' }))
    for (const chunks of [...everySplit(open + own), byByte(open + own)]) {
      const { events } = feed(chunks)
      expect(events.state).toBe('failed')
      expect(outline(events.failure(cut))).toEqual(['response.failed 3'])
      expect(events.failure(cut)).toContain('"message":"No room."')
    }
  })
})

test('what is parsed of a long stream is its end', () => {
  const parse = vi.spyOn(JSON, 'parse')
  const { events } = feed([Buffer.from(typeFirst('response.created', { sequence_number: 0, response }))])
  const said = '"type":"response.completed"'
  const delta = Buffer.from(typeFirst('response.output_text.delta', { sequence_number: 1, delta: said }))
  for (let count = 0; count < 1_000; count += 1) events.take(delta)
  expect(parse).not.toHaveBeenCalled()
  events.take(Buffer.from(typeFirst('response.completed', last)))
  expect(parse).toHaveBeenCalledTimes(1)
  expect(events.state).toBe('whole')
  parse.mockRestore()
})
