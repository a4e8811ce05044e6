/** Bytes in the pieces in which they came: to make one of them copies them all. Positions are asked for in rising order, or nearly. */
export class PiecedBytes {
  readonly length: number
  readonly #pieces: readonly Buffer[]
  /** Where each piece begins. */
  readonly #begins: number[] = []
  /** The piece that was looked at last. */
  #current = 0

  constructor(pieces: readonly Buffer[]) {
    this.#pieces = pieces
    let length = 0
    for (const piece of pieces) {
      this.#begins.push(length)
      length += piece.length
    }
    this.length = length
  }

  at(position: number): number | undefined {
    return this.#pieceAt(position)?.[position - this.#begin]
  }

  /** -1 where it is not found. */
  indexOf(byte: number, from: number): number {
    for (let position = from; position < this.length; ) {
      const piece = this.#pieceAt(position)
      const found = piece?.indexOf(byte, position - this.#begin) ?? -1
      if (found >= 0) return this.#begin + found
      position = this.#begin + (piece?.length ?? this.length)
    }
    return -1
  }

  /** The first such byte that stands behind an even number of `escaping`: -1 where there is none. */
  indexOfUnescaped(byte: number, escaping: number, from: number): number {
    for (let position = from; position < this.length; ) {
      const piece = this.#pieceAt(position)
      if (piece === undefined) return -1
      const begin = this.#begin
      for (let at = piece.indexOf(byte, position - begin); at >= 0; at = piece.indexOf(byte, at + 1)) {
        // Nearly every one stands behind one escape, within the piece.
        if (at > 1 && piece[at - 1] === escaping && piece[at - 2] !== escaping) continue
        if (!this.#isEscaped(begin + at, escaping)) return begin + at
      }
      position = begin + piece.length
    }
    return -1
  }

  /** The same memory. */
  slice(start: number, end: number): Buffer[] {
    const slices: Buffer[] = []
    const last = Math.min(end, this.length)
    for (let position = start; position < last; ) {
      const piece = this.#pieceAt(position)?.subarray(position - this.#begin, last - this.#begin)
      if (piece === undefined) break
      slices.push(piece)
      position += piece.length
    }
    return slices
  }

  #isEscaped(position: number, escaping: number): boolean {
    let count = 0
    while (this.at(position - 1 - count) === escaping) count += 1
    return count % 2 === 1
  }

  get #begin(): number {
    return this.#begins[this.#current] ?? 0
  }

  #pieceAt(position: number): Buffer | undefined {
    if (position < 0) return undefined
    while (this.#current > 0 && position < this.#begin) this.#current -= 1
    while (position >= (this.#begins[this.#current + 1] ?? this.length) && this.#current < this.#pieces.length - 1) {
      this.#current += 1
    }
    return this.#pieces[this.#current]
  }
}
