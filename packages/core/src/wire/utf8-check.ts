import { isUtf8 } from 'node:buffer'

/** Whether bytes are UTF-8, while they come: a character may be cut. A piece is read while it is still in the processor's cache. */
export class Utf8Check {
  #holds = true
  /** The bytes of a character that the last piece began and did not end. */
  #begun: Buffer = nothing

  take(piece: Buffer): void {
    if (!this.#holds) return
    const rest = this.#begun.length > 0 ? this.#finishCharacter(piece) : piece
    const end = rest.length - begunLength(rest)
    if (!isUtf8(rest.subarray(0, end))) this.#holds = false
    else if (end < rest.length) this.#begun = rest.subarray(end)
  }

  /** Whether all that was taken is valid UTF-8. */
  get holds(): boolean {
    return this.#holds && this.#begun.length === 0
  }

  /** What comes behind the character. */
  #finishCharacter(piece: Buffer): Buffer {
    const missing = lengthOf(this.#begun[0] ?? 0) - this.#begun.length
    const character = Buffer.concat([this.#begun, piece.subarray(0, missing)])
    const isWhole = missing <= piece.length
    if (isWhole && !isUtf8(character)) this.#holds = false
    this.#begun = isWhole ? nothing : character
    return piece.subarray(missing)
  }
}

const nothing = Buffer.alloc(0)

/** How many bytes at the end begin a character that goes on behind them. */
function begunLength(bytes: Buffer): number {
  for (let back = 1; back <= 3; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte >= 0xc0) return back < lengthOf(byte) ? back : 0
    if (byte < 0x80) return 0
  }
  return 0
}

/** Bytes of the character that a byte begins. */
function lengthOf(first: number): number {
  return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
}
