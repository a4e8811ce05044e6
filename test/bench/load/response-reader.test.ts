import { everySplit } from 'argo-proxy/testing'
import { describe, expect, test } from 'vitest'
import { type Response, responseReader } from './response-reader.ts'

const sized = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nnaïve'
const chunked = 'HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n3\r\nna\xc3\r\n3\r\n\xafve\r\n0\r\n\r\n'
const empty = 'HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n'
const bytes = Buffer.concat([Buffer.from(sized), Buffer.from(chunked, 'latin1'), Buffer.from(empty)])

function read(pieces: Iterable<Uint8Array>): { status: number; body: string }[] {
  const responses: Response[] = []
  const reader = responseReader((response) => responses.push(response))
  for (const piece of pieces) reader(Buffer.from(piece), 0)
  return responses.map(({ status, parts }) => ({
    status,
    body: Buffer.concat(parts.map((part) => part.bytes)).toString(),
  }))
}

describe('responseReader', () => {
  test('reads answer behind answer, cut anywhere', () => {
    const expected = [
      { status: 200, body: 'naïve' },
      { status: 201, body: 'naïve' },
      { status: 204, body: '' },
    ]
    for (const pieces of everySplit(bytes)) expect(read(pieces)).toEqual(expected)
    expect(read(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(expected)
  })

  test('notes when each part came', () => {
    let response: Response | undefined
    const reader = responseReader((whole) => {
      response = whole
    })
    reader(Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab'), 1)
    reader(Buffer.from('cd'), 2)
    expect(response?.parts.map(({ at, bytes: part }) => [at, part.toString()])).toEqual([
      [1, 'ab'],
      [2, 'cd'],
    ])
  })

  test.each([
    ['an answer without an end', 'HTTP/1.1 200 OK\r\n\r\nabc'],
    ['no size of a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n'],
    ['no end of a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n'],
  ])('refuses %s', (reason, text) => {
    expect(() => read([Buffer.from(text)])).toThrow(reason)
  })
})
