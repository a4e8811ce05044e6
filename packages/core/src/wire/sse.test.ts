import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { byByte, everySplit } from '../testing/every-split.ts'
import { formatSse, type SseEvent, sseParser } from './sse.ts'

function parse(chunks: Iterable<Uint8Array | string>, end = false): SseEvent[] {
  const parser = sseParser()
  const events: SseEvent[] = []
  for (const chunk of chunks) parser.write(chunk, (event) => events.push(event))
  if (end) parser.end?.((event) => events.push(event))
  return events
}

const captures = new URL('../../../../../shared/fixtures/sse-captures.jsonl', import.meta.url)

describe('what a stream may look like', () => {
  test.each([
    ['one event', 'data: a\n\n', [{ data: 'a' }]],
    ['no space after the colon', 'data:a\n\n', [{ data: 'a' }]],
    ['only one space is taken away', 'data:  a \n\n', [{ data: ' a ' }]],
    ['several data lines', 'data: a\ndata:\ndata: b\n\n', [{ data: 'a\n\nb' }]],
    ['an event name', 'event: x\ndata: a\n\ndata: b\n\n', [{ event: 'x', data: 'a' }, { data: 'b' }]],
    ['comments', ': ping\n\n:\ndata: a\n: mid\ndata: b\n\n', [{ data: 'a\nb' }]],
    ['unknown fields', 'id: 1\nretry: 5\nother: x\nDATA: no\ndata: a\n\n', [{ data: 'a' }]],
    ['a field without a colon', 'data\ndata\n\n', [{ data: '\n' }]],
    ['an empty event', 'event: x\n\ndata:\n\ndata: a\n\n', [{ data: 'a' }]],
    ['colons in the data', 'data: {"a":"b:c"}\n\n', [{ data: '{"a":"b:c"}' }]],
    ['CRLF', 'event: x\r\ndata: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n', [{ event: 'x', data: 'a\nb' }, { data: 'c' }]],
    ['CR alone', 'data: a\rdata: b\r\rdata: c\r\r', [{ data: 'a\nb' }, { data: 'c' }]],
    ['mixed line ends', 'data: a\r\ndata: b\n\rdata: c\n\n', [{ data: 'a\nb' }, { data: 'c' }]],
    ['a byte order mark', '\ufeffdata: a\n\n', [{ data: 'a' }]],
    ['a byte order mark is text elsewhere', 'data: \ufeffa\n\n', [{ data: '\ufeffa' }]],
    ['an event that is cut', 'data: a\n\ndata: b\n', [{ data: 'a' }]],
  ])('%s, at every split', (_name, text, expected) => {
    expect(parse([text])).toEqual(expected)
    expect(parse(byByte(text))).toEqual(expected)
    expect(parse(text)).toEqual(expected)
    for (const chunks of everySplit(text)) expect(parse(chunks)).toEqual(expected)
  })

  test('characters of several bytes at every split', () => {
    const data = 'é 漢字 👩‍👩‍👧 \u{10ffff}'
    const text = `\ufeffevent: ünï\r\ndata: ${data}\r\n\r\n`
    for (const chunks of everySplit(text)) expect(parse(chunks)).toEqual([{ event: 'ünï', data }])
    expect(parse(byByte(text))).toEqual([{ event: 'ünï', data }])
  })

  test('a line over many chunks', () => {
    const piece = 'x'.repeat(1000)
    expect(parse(['data: ', ...Array.from({ length: 500 }, () => piece), '\n\n'])).toEqual([
      { data: piece.repeat(500) },
    ])
  })

  test('events come as soon as they are whole', () => {
    const parser = sseParser()
    const events: string[] = []
    const take = (event: SseEvent): void => void events.push(event.data)
    parser.write('data: a\r\n\r', take)
    expect(events).toEqual(['a'])
    parser.write('\ndata: b\n', take)
    expect(events).toEqual(['a'])
    parser.write('\n', take)
    expect(events).toEqual(['a', 'b'])
  })
})

test('end gives out what lacks its blank line', () => {
  expect(parse(['data: a\n\ndata: b'], true)).toEqual([{ data: 'a' }, { data: 'b' }])
  expect(parse(['data: b\n'], true)).toEqual([{ data: 'b' }])
  expect(parse(['data: b\n\n'], true)).toEqual([{ data: 'b' }])
})

test('what is formatted reads back', () => {
  const events = [{ data: '{"a":1}' }, { event: 'x', data: 'a\nb' }, { data: 'a\r\nb\rc' }]
  expect(formatSse({ event: 'x', data: '{}' })).toBe('event: x\ndata: {}\n\n')
  expect(parse([events.map(formatSse).join('')])).toEqual([events[0], events[1], { data: 'a\nb\nc' }])
})

test.skipIf(!existsSync(captures))('captured streams (skipped where ../shared/fixtures is absent)', () => {
  const rows: { name: string; data: unknown[] }[] = readFileSync(captures, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(rows.length).toBeGreaterThan(3)
  for (const { data } of rows) {
    const payloads = data.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)))
    for (const end of ['\n\n', '\r\n\r\n']) {
      const bytes = Buffer.from(payloads.map((payload) => `data: ${payload}${end}`).join(''))
      const expected = payloads.map((payload) => ({ data: payload }))
      expect(parse([bytes])).toEqual(expected)
      expect(parse(byByte(bytes))).toEqual(expected)
      // A split at each of the first bytes and around each event's end is enough for streams this long.
      for (let at = 1; at < bytes.length; at += at < 200 ? 1 : 97) {
        expect(parse([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(expected)
      }
    }
  }
})
