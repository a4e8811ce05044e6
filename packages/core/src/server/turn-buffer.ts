/** Bytes after which what is collected should be sent. */
const enough = 64 * 1024
const size = 2 * enough
const lineEnd = '\r\n'
/** Room for a chunk's size in hexadecimal, and its line end. */
const headRoom = 8 + lineEnd.length

const shared = Buffer.allocUnsafeSlow(size)
let isTaken = false

/**
 * Collects what one turn of the event loop gives a client, so that it is written once. Each part becomes bytes at once: to
 * put texts together and make bytes of the whole costs several times as much. Replies follow each other, so one memory
 * serves nearly all of them, and only until they are flushed.
 */
export interface TurnBuffer {
  readonly isEmpty: boolean
  /** Has so much that it should be taken. */
  readonly isFull: boolean
  /** `false`: the part does not fit in. Take what is there and add it again, or send it alone, where nothing is there. */
  add(part: string | Buffer): boolean
  /**
   * What was collected, a character for each byte (`latin1`), framed as a chunk of `transfer-encoding: chunked` (RFC 9112,
   * 7.1) where that is wanted: Node would make four writes of a chunk.
   */
  take(framed: boolean): string
  forget(): void
}

export function turnBuffer(): TurnBuffer {
  let memory: Buffer | undefined
  let end = headRoom

  function claim(): Buffer {
    if (isTaken) return Buffer.allocUnsafeSlow(size)
    isTaken = true
    return shared
  }

  function forget(): void {
    if (memory === shared) isTaken = false
    memory = undefined
    end = headRoom
  }

  return {
    get isEmpty() {
      return end === headRoom
    },
    get isFull() {
      return end - headRoom >= enough
    },
    add(part) {
      const longest = typeof part === 'string' ? part.length * 3 : part.length
      if (end + longest + lineEnd.length > size) return false
      memory ??= claim()
      end += typeof part === 'string' ? memory.write(part, end) : part.copy(memory, end)
      return true
    },
    take(framed) {
      if (memory === undefined) return ''
      const head = framed ? chunkHead(end - headRoom) : ''
      const start = headRoom - head.length
      memory.write(head, start, 'latin1')
      if (framed) end += memory.write(lineEnd, end, 'latin1')
      const text = memory.toString('latin1', start, end)
      forget()
      return text
    },
    forget,
  }
}

/** A part of any length, as `take` gives it. */
export function wholePart(part: string | Buffer, framed: boolean): string {
  const bytes = typeof part === 'string' ? Buffer.from(part) : part
  const text = bytes.toString('latin1')
  return framed ? chunkHead(bytes.length) + text + lineEnd : text
}

/** The chunk that ends a body. */
export const lastChunk = '0\r\n\r\n'

function chunkHead(length: number): string {
  return length.toString(16) + lineEnd
}
