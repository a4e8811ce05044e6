/** Bytes after which what is collected should be sent. */
const enough = 64 * 1024
const size = 2 * enough
/** Characters or bytes of a part that takes no memory while it is the only one: nearly all turns of a reply have one. */
const shortPart = 4 * 1024
const lineEnd = '\r\n'
/** Room for a chunk's size in hexadecimal, and its line end. */
const headRoom = 8 + lineEnd.length

const shared = Buffer.allocUnsafeSlow(size)
let isTaken = false

/**
 * Collects what one turn of the event loop gives a client, so that it is written once. Where it gives several parts, each
 * becomes bytes at once: to put texts together and make bytes of the whole costs several times as much. Replies follow each
 * other, so one memory serves nearly all of them, and only until they are flushed.
 */
export class TurnBuffer {
  /** The only part until now. */
  #part: string | Buffer | undefined
  #memory: Buffer | undefined
  #end = headRoom

  get isEmpty(): boolean {
    return this.#end === headRoom && this.#part === undefined
  }

  /** Has so much that it should be taken. */
  get isFull(): boolean {
    return this.#end - headRoom >= enough
  }

  /** `false`: the part does not fit in. Take what is there and add it again, or send it alone, where nothing is there. */
  add(part: string | Buffer): boolean {
    if (part.length === 0) return true
    if (this.isEmpty && part.length <= shortPart) {
      this.#part = part
      return true
    }
    const first = this.#part
    this.#part = undefined
    return (first === undefined || this.#put(first)) && this.#put(part)
  }

  #put(part: string | Buffer): boolean {
    const longest = typeof part === 'string' ? part.length * 3 : part.length
    if (this.#end + longest + lineEnd.length > size) return false
    this.#memory ??= claim()
    this.#end += typeof part === 'string' ? this.#memory.write(part, this.#end) : part.copy(this.#memory, this.#end)
    return true
  }

  /**
   * What was collected, a character for each byte (`latin1`), framed as a chunk of `transfer-encoding: chunked` (RFC 9112,
   * 7.1) where that is wanted: Node would make four writes of a chunk.
   */
  take(framed: boolean): string {
    const part = this.#part
    this.#part = undefined
    if (part !== undefined) this.#put(part)
    const memory = this.#memory
    if (memory === undefined) return ''
    const head = framed ? chunkHead(this.#end - headRoom) : ''
    const start = headRoom - head.length
    memory.write(head, start, 'latin1')
    const end = framed ? this.#end + memory.write(lineEnd, this.#end, 'latin1') : this.#end
    const text = memory.toString('latin1', start, end)
    this.forget()
    return text
  }

  forget(): void {
    this.#part = undefined
    if (this.#memory === shared) isTaken = false
    this.#memory = undefined
    this.#end = headRoom
  }
}

function claim(): Buffer {
  if (isTaken) return Buffer.allocUnsafeSlow(size)
  isTaken = true
  return shared
}

/** `text`: a character for each byte. */
export function framedText(text: string, framed: boolean): string {
  return framed ? chunkHead(text.length) + text + lineEnd : text
}

/** A part that is too long to be collected: as bytes, which are made once. */
export function framedBytes(part: string | Buffer, framed: boolean): Buffer {
  const length = Buffer.byteLength(part)
  const head = framed ? chunkHead(length) : ''
  const tail = framed ? lineEnd : ''
  const bytes = Buffer.allocUnsafeSlow(head.length + length + tail.length)
  bytes.write(head, 'latin1')
  if (typeof part === 'string') bytes.write(part, head.length)
  else part.copy(bytes, head.length)
  bytes.write(tail, head.length + length, 'latin1')
  return bytes
}

/** The chunk that ends a body. */
export const lastChunk = '0\r\n\r\n'

function chunkHead(length: number): string {
  return length.toString(16) + lineEnd
}
