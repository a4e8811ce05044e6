const headEnd = Buffer.from('\r\n\r\n')
const lastChunk = Buffer.from('0\r\n\r\n')

export interface HttpRequest {
  path: string
  /** Still in chunks, where the hop sent it so. */
  body: Buffer
}

/**
 * Reads the requests of one connection, one after the other. It knows no more of HTTP than the hops of this benchmark
 * send: a request line, headers, and a body by `content-length` or in chunks.
 */
export function requestReader(take: (request: HttpRequest) => void): (bytes: Buffer) => void {
  let held: Buffer[] = []
  let length = 0
  /** Bytes that a whole request has; `undefined` until its head was read. */
  let wanted: number | 'chunks' | undefined
  let bodyStart = 0
  let path = ''

  function readHead(bytes: Buffer): void {
    const end = bytes.indexOf(headEnd)
    if (end < 0) return
    const head = bytes.toString('latin1', 0, end)
    path = head.slice(head.indexOf(' ') + 1, head.indexOf(' ', head.indexOf(' ') + 1))
    bodyStart = end + headEnd.length
    const declared = /\r\ncontent-length: *(\d+)/i.exec(head)
    wanted = /\r\ntransfer-encoding: *chunked/i.test(head) ? 'chunks' : bodyStart + Number(declared?.[1] ?? 0)
  }

  return (bytes) => {
    held.push(bytes)
    length += bytes.length
    if (wanted === undefined) {
      held = [Buffer.concat(held)]
      if (held[0]) readHead(held[0])
      if (wanted === undefined) return
    }
    const isWhole = wanted === 'chunks' ? endsWithLastChunk(bytes) : length >= wanted
    if (!isWhole) return
    const whole = held.length === 1 && held[0] ? held[0] : Buffer.concat(held)
    held = []
    length = 0
    wanted = undefined
    take({ path, body: whole.subarray(bodyStart) })
  }
}

function endsWithLastChunk(bytes: Buffer): boolean {
  return bytes.length >= lastChunk.length && bytes.subarray(-lastChunk.length).equals(lastChunk)
}
