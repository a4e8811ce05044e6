const carriageReturn = 0x0d
const newline = 0x0a
/** Bytes of a line end. */
const lineEnd = 2
/** Digits of a chunk's size that are read; what has more is left to the parser. */
const mostDigits = 7
const headEnd = Buffer.from('\r\n\r\n')
const chunkedAnswer = /^HTTP\/1\.1 200 .*\r\ntransfer-encoding: *chunked *\r\n/is
/** What may come before an answer (RFC 9110, 15.2). A switch of protocols comes in its place. */
const interimAnswer = /^HTTP\/1\.1 1(?!01)\d\d /
const protocol = 'HTTP/'
const bareLineFeed = /(?:^|[^\r])\n/
/** Bytes of a head that are held until it is whole. */
const longestHead = 16 * 1024
const nothing = Buffer.alloc(0)

/**
 * Joins the chunks of `transfer-encoding: chunked` (RFC 9112, 7.1) that come in one read of a connection, before an HTTP
 * parser sees them: it takes a microsecond for each. What it gives has the same body as what it took, and is cut, malformed
 * or unfinished wherever that is. Anything out of the ordinary passes as it came: another status, chunk extensions, trailers.
 * Interim answers (100, 103) are left out: nobody asked for them, and undici takes a 100 for a fault.
 */
export class ChunkJoiner {
  #state: 'verbatim' | 'head' | 'chunks' = 'verbatim'
  /** Bytes up to the next chunk's size: of the payload, and the line end behind it. */
  #left = 0
  /** The beginning of a head or of a chunk's size, where a read ended in it. */
  #held: Buffer | undefined
  /** How many payloads the current read has, where they begin, and how long they are. */
  #count = 0
  readonly #starts: number[] = []
  readonly #lengths: number[] = []
  /** How the joined body was cut into chunks; only where somebody asks. */
  #cuts: number[] | undefined

  /** A request is on its way: what comes next is its answer. `keepCuts`: it will be asked how the body was cut. */
  expectAnswer(keepCuts: boolean): void {
    this.#state = 'head'
    this.#left = 0
    this.#held = undefined
    this.#cuts = keepCuts ? [] : undefined
  }

  /** What one read gave, its chunks joined. They are moved within the same memory. */
  take(read: Buffer): Buffer {
    if (this.#state === 'verbatim') return read
    const bytes = this.#held ? Buffer.concat([this.#held, read]) : read
    this.#held = undefined
    if (this.#state === 'head') return this.#takeHead(bytes)
    const before = Math.min(this.#left - lineEnd, bytes.length)
    if (before > 0) this.#cuts?.push(before)
    if (this.#left < bytes.length) return this.#join(bytes, this.#left)
    this.#left -= bytes.length
    return bytes
  }

  /** Cuts a part of the body as it came. Parts are asked for in their order, and each once. */
  cut(part: Buffer): Buffer[] {
    const cuts = this.#cuts
    if (cuts === undefined || cuts[0] === undefined || cuts[0] >= part.length) {
      cuts?.shift()
      return [part]
    }
    const pieces: Buffer[] = []
    let from = 0
    let count = 0
    while (from < part.length) {
      const to = Math.min(from + (cuts[count] ?? part.length), part.length)
      // Of a chunk whose size ended a read, nothing had come.
      if (to > from) pieces.push(part.subarray(from, to))
      from = to
      count += 1
    }
    cuts.splice(0, count)
    return pieces
  }

  #takeHead(bytes: Buffer): Buffer {
    const end = bytes.indexOf(headEnd)
    if (end < 0 && bytes.length < longestHead && beginsHead(bytes.toString('latin1'))) {
      this.#held = Buffer.from(bytes)
      return nothing
    }
    const head = bytes.toString('latin1', 0, end + lineEnd)
    if (end > 0 && interimAnswer.test(head)) return this.#takeHead(bytes.subarray(end + headEnd.length))
    const isChunked = end > 0 && chunkedAnswer.test(head)
    this.#state = isChunked ? 'chunks' : 'verbatim'
    return isChunked ? this.#join(bytes, end + headEnd.length) : bytes
  }

  /** `from`: where the next chunk's size stands. */
  #join(bytes: Buffer, from: number): Buffer {
    const { end, total } = this.#find(bytes, from)
    const starts = this.#starts
    const lengths = this.#lengths
    const last = this.#count - 1
    if (this.#cuts) for (let index = 0; index <= last; index += 1) this.#cuts.push(lengths[index] ?? 0)
    if (last < 1) return end === bytes.length ? bytes : bytes.subarray(0, end)
    // From the last to the first, so that nothing is overwritten: the first chunk's size may become longer.
    let at = (starts[last] ?? 0) + (lengths[last] ?? 0)
    for (let index = last; index >= 0; index -= 1) {
      const start = starts[index] ?? 0
      const length = lengths[index] ?? 0
      at -= length
      bytes.copyWithin(at, start, start + length)
    }
    const size = `${total.toString(16)}\r\n`
    at -= size.length
    bytes.write(size, at, 'latin1')
    at -= from
    bytes.copyWithin(at, 0, from)
    return bytes.subarray(at, end)
  }

  /** Notes the payloads. `total`: what their chunks hold when the last one is whole; `end`: of what may pass. */
  #find(bytes: Buffer, from: number): { end: number; total: number } {
    this.#count = 0
    let total = 0
    for (let at = from; at < bytes.length; ) {
      let size = 0
      let behind = at
      for (let digit = hexDigit(bytes[behind]); digit >= 0; digit = hexDigit(bytes[behind])) {
        size = size * 16 + digit
        behind += 1
      }
      if (behind - at <= mostDigits && behind >= bytes.length - 1 && isLineStart(bytes, behind)) {
        this.#held = Buffer.from(bytes.subarray(at))
        this.#left = 0
        return { end: at, total }
      }
      const start = behind + lineEnd
      const isOrdinary = size > 0 && behind - at <= mostDigits && isLineEnd(bytes, behind)
      const whole = start + size
      if (!isOrdinary || (whole + lineEnd <= bytes.length && !isLineEnd(bytes, whole))) {
        // The last chunk, or one that is left to the parser.
        this.#state = 'verbatim'
        return { end: bytes.length, total }
      }
      this.#starts[this.#count] = start
      this.#lengths[this.#count] = Math.min(size, bytes.length - start)
      this.#count += 1
      total += size
      at = whole + lineEnd
      this.#left = at - bytes.length
    }
    return { end: bytes.length, total }
  }
}

/** What may become a head; lines that end otherwise are a fault, which the parser shall see at once. */
function beginsHead(text: string): boolean {
  return protocol.startsWith(text.slice(0, protocol.length)) && !bareLineFeed.test(text)
}

function isLineEnd(bytes: Buffer, at: number): boolean {
  return bytes[at] === carriageReturn && bytes[at + 1] === newline
}

/** Nothing more, or the first half of a line end. */
function isLineStart(bytes: Buffer, at: number): boolean {
  return at === bytes.length || bytes[at] === carriageReturn
}

function hexDigit(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}
