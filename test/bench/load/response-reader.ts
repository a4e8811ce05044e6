/** A part of an answer's body, and when it came. */
export interface BodyPart {
  at: number
  bytes: Buffer
}

export interface Response {
  status: number
  parts: BodyPart[]
}

const headEnd = Buffer.from('\r\n\r\n')
const newline = 0x0a

/**
 * Reads the answers of one connection, byte by byte where HTTP/1.1 wants it: `content-length` or chunks. Anything else
 * throws, so that a hop which breaks its framing voids the run. Cheap, because it shares two cores with what it measures.
 */
export function responseReader(take: (response: Response) => void): (bytes: Buffer, at: number) => void {
  let state: 'head' | 'length' | 'size' | 'data' | 'data end' | 'trailer' = 'head'
  let held: Buffer = Buffer.alloc(0)
  let response: Response = { status: 0, parts: [] }
  /** Bytes of the body, or of the chunk, that are still to come. */
  let remaining = 0

  function readHead(bytes: Buffer): number {
    const whole = held.length === 0 ? bytes : Buffer.concat([held, bytes])
    const end = whole.indexOf(headEnd)
    if (end < 0) {
      held = whole
      return bytes.length
    }
    const head = whole.toString('latin1', 0, end)
    const used = end + headEnd.length - held.length
    held = Buffer.alloc(0)
    response = { status: Number(head.slice(9, 12)), parts: [] }
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)
    if (length) {
      remaining = Number(length[1])
      state = 'length'
      if (remaining === 0) finish()
    } else if (/\r\ntransfer-encoding: *chunked/i.test(head)) state = 'size'
    else throw new Error(`an answer without an end: ${head}`)
    return used
  }

  function finish(): void {
    state = 'head'
    take(response)
  }

  /** A line, once it is whole. */
  function readLine(bytes: Buffer, from: number): { line?: string; next: number } {
    const end = bytes.indexOf(newline, from)
    if (end < 0) {
      held = Buffer.concat([held, bytes.subarray(from)])
      return { next: bytes.length }
    }
    const line = held.toString('latin1') + bytes.toString('latin1', from, end)
    if (held.length > 0) held = Buffer.alloc(0)
    return { line: line.trimEnd(), next: end + 1 }
  }

  function readData(bytes: Buffer, from: number, at: number): number {
    const to = Math.min(bytes.length, from + remaining)
    response.parts.push({ at, bytes: bytes.subarray(from, to) })
    remaining -= to - from
    if (remaining === 0) {
      if (state === 'length') finish()
      else state = 'data end'
    }
    return to
  }

  function readFraming(bytes: Buffer, from: number): number {
    const { line, next } = readLine(bytes, from)
    if (line === undefined) return next
    if (state === 'size') {
      remaining = Number.parseInt(line, 16)
      if (!/^[\da-f]+$/i.test(line)) throw new Error(`no size of a chunk: ${JSON.stringify(line.slice(0, 40))}`)
      state = remaining === 0 ? 'trailer' : 'data'
    } else if (line !== '') throw new Error(`no end of a chunk: ${JSON.stringify(line.slice(0, 40))}`)
    else if (state === 'trailer') finish()
    else state = 'size'
    return next
  }

  return (bytes, at) => {
    let from = 0
    while (from < bytes.length) {
      if (state === 'head') from += readHead(from === 0 ? bytes : bytes.subarray(from))
      else if (state === 'length' || state === 'data') from = readData(bytes, from, at)
      else from = readFraming(bytes, from)
    }
  }
}
