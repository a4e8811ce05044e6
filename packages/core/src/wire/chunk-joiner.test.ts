import { describe, expect, test } from 'vitest'
import { byByte, everySplit } from '../testing/every-split.ts'
import { ChunkJoiner } from './chunk-joiner.ts'

const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nx-a: b\r\n\r\n'
const framed = (...texts: string[]): string =>
  texts.map((text) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`).join('')
const end = '0\r\n\r\n'
const texts = ['grüße', 'a', '🧪'.repeat(5), '\r\n', '0\r\n\r\n', 'x'.repeat(300)]

/** Copies go in, since the joiner works in the memory that it is given. */
function join(reads: readonly Uint8Array[], joiner = new ChunkJoiner()): Buffer {
  joiner.expectAnswer(false)
  return Buffer.concat(reads.map((read) => joiner.take(Buffer.from(read))))
}

interface Body {
  text: string
  chunks: string[]
  isWhole: boolean
  rest: string
}

/** Reads the framing strictly: what follows the last chunk is the rest. */
function read(message: Buffer): Body {
  let at = message.indexOf('\r\n\r\n') + 4
  const chunks: string[] = []
  const body = (): Buffer[] => chunks.map((chunk) => Buffer.from(chunk, 'latin1'))
  for (;;) {
    const line = /^([0-9a-f]+)\r\n/i.exec(message.toString('latin1', at, at + 20))
    const size = Number.parseInt(line?.[1] ?? '', 16)
    if (!line || size === 0) {
      const rest = message.toString('latin1', at)
      return { text: Buffer.concat(body()).toString(), chunks, isWhole: size === 0, rest }
    }
    at += line[0].length
    chunks.push(message.toString('latin1', at, at + size))
    at += size + 2
  }
}

test('chunks that come in one read become one, and the body stays the same', () => {
  const whole = read(join([Buffer.from(head + framed(...texts) + end)]))
  expect(whole).toMatchObject({ text: texts.join(''), isWhole: true, rest: end })
  expect(whole.chunks).toHaveLength(1)
})

test('the same at every split in two and in three, and byte by byte', () => {
  const message = head + framed('grüße', 'a', '🧪', '\r\n', '0\r\n\r\n') + end
  const expected = { text: 'grüßea🧪\r\n0\r\n\r\n', isWhole: true, rest: end }
  for (const [first, second] of everySplit(message)) {
    expect(read(join([first, second]))).toMatchObject(expected)
    if (second.length < 2) continue
    for (const [middle, last] of everySplit(second)) {
      const body = read(join([first, middle, last]))
      if (body.text !== expected.text || body.rest !== expected.rest) expect([middle, last, body]).toEqual(expected)
    }
  }
  expect(read(join(byByte(message)))).toMatchObject(expected)
})

test('interim answers are left out, at every split', () => {
  const message = `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${head}${framed('a', 'b')}${end}`
  for (const reads of everySplit(message)) {
    const joined = join(reads)
    expect(joined.indexOf(head)).toBe(0)
    expect(read(joined)).toMatchObject({ text: 'ab', isWhole: true, rest: end })
  }
})

test('a head that is not whole is held', () => {
  expect(join([Buffer.from(head.slice(0, -1))])).toHaveLength(0)
  expect(join(byByte(head))).toEqual(Buffer.from(head))
})

test('cut anywhere it stays cut: no more and no less of the body comes, and no end', () => {
  const message = Buffer.from(head + framed(...texts) + end)
  for (let at = head.length; at < message.length - 5; at += 1) {
    const cut = message.subarray(0, at)
    const joined = join([cut])
    expect(joined.length).toBeLessThanOrEqual(cut.length)
    const after = joined.subarray(joined.indexOf('\r\n\r\n') + 4)
    const [line = ''] = /^[0-9a-f]+\r\n/.exec(after.toString('latin1')) ?? []
    const plain = read(Buffer.concat([cut, Buffer.from('\r\n')])).text
    if (line === '') expect(after.toString('latin1')).toMatch(/^[0-9a-f]*\r?$/)
    else expect(after.toString().startsWith(line + plain.slice(0, -2))).toBe(true)
  }
})

test('an answer follows another on the same connection', () => {
  const joiner = new ChunkJoiner()
  const message = Buffer.from(head + framed(...texts) + end)
  expect(read(join([message.subarray(0, 90)], joiner)).isWhole).toBe(false)
  for (let count = 0; count < 3; count += 1) expect(read(join([message], joiner)).text).toBe(texts.join(''))
})

describe('what is out of the ordinary passes as it came', () => {
  const length = 'HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n'
  test.each([
    ['a body with a length', [length]],
    ['another status', [`HTTP/1.1 404 Not Found\r\ntransfer-encoding: chunked\r\n\r\n${framed('a', 'b')}${end}`]],
    ['an answer of HTTP/1.0', [`HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${framed('a', 'b')}${end}`]],
    ['another coding', [`HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n${framed('a', 'b')}${end}`]],
    ['a switch of protocols', ['HTTP/1.1 101 Switching Protocols\r\n\r\n', head + framed('a', 'b') + end]],
    ['a head without end', [`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(20_000)}`, head + framed('a', 'b') + end]],
    ['chunk extensions', [`${head}1;x=y\r\na\r\n1;x=y\r\nb\r\n${end}`]],
    ['a size that is none', [`${head}xyz\r\na\r\n1\r\nb\r\n${end}`]],
    ['a size past all measure', [`${head}${'f'.repeat(40)}\r\na`]],
    ['a chunk without its line end', [`${head}1\r\naa1\r\nb\r\n${end}`]],
    ['trailers', [`${head}1\r\na\r\n0\r\nx-b: 1\r\n\r\n`]],
    ['what is no answer', ['SSH-2.0-OpenSSH\r\n', 'more\r\n\r\n']],
  ])('%s', (_name, reads) => {
    expect(join(reads.map((text) => Buffer.from(text))).toString()).toBe(reads.join(''))
  })

  test('what comes unasked', () => {
    const joiner = new ChunkJoiner()
    const message = Buffer.from(head + framed('a', 'b') + end)
    expect(joiner.take(message)).toBe(message)
  })

  test('what is before it is joined', () => {
    const joined = join([Buffer.from(`${head}${framed('a', 'b')}1;x\r\nc\r\n${end}`)])
    expect(joined.toString()).toBe(`${head}2\r\nab\r\n1;x\r\nc\r\n${end}`)
  })
})

test('how the body was cut is known where somebody asks, at every split', () => {
  const chunks = ['grüße', 'a', '🧪', 'bc']
  const message = head + framed(...chunks) + end
  const ends = chunks.map((_, index) => Buffer.byteLength(chunks.slice(0, index + 1).join('')))
  for (const reads of everySplit(message)) {
    const joiner = new ChunkJoiner()
    const parse = bodyParser()
    joiner.expectAnswer(true)
    const pieces = reads.flatMap((bytes) => parse(joiner.take(Buffer.from(bytes))).flatMap((part) => joiner.cut(part)))
    expect(Buffer.concat(pieces).toString()).toBe(chunks.join(''))
    expect(pieces.every(({ length }) => length > 0)).toBe(true)
    // The split itself may have cut once more.
    expect(pieces.length).toBeLessThanOrEqual(chunks.length + 1)
    let at = 0
    const seen = pieces.map(({ length }) => (at += length))
    expect(seen).toEqual(expect.arrayContaining(ends))
  }
})

test('what was not cut, or by something else, is one piece', () => {
  const joiner = new ChunkJoiner()
  const part = Buffer.from('abc')
  expect(joiner.cut(part)).toEqual([part])
  joiner.expectAnswer(true)
  joiner.take(Buffer.from(head + framed('a', 'b')))
  expect(joiner.cut(Buffer.from('abcd')).map(String)).toEqual(['a', 'b', 'cd'])
  expect(joiner.cut(part)).toEqual([part])
})

/** Gives the parts of a body as Node's parser does: one for each chunk, or for what of it has come. */
function bodyParser(): (bytes: Buffer) => Buffer[] {
  let before = ''
  let left = -1
  return (bytes) => {
    const parts: Buffer[] = []
    for (let at = 0; at < bytes.length; ) {
      if (left > 0) {
        const part = bytes.subarray(at, at + left)
        parts.push(part)
        at += part.length
        left -= part.length
        continue
      }
      before += bytes.toString('latin1', at, at + 1)
      at += 1
      const size = left < 0 ? undefined : /^(?:\r\n)?([0-9a-f]+)\r\n$/.exec(before)?.[1]
      if (left < 0 ? !before.endsWith('\r\n\r\n') : size === undefined) continue
      left = Number.parseInt(size ?? '0', 16)
      before = ''
    }
    return parts
  }
}
