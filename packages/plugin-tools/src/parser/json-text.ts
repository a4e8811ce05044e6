/**
 * What is accepted. `strict`: only JSON. `lenient`: also the faults that `mend` mends. `python`: a dict or list as
 * Python prints it, with JSON's words mixed in.
 */
export type JsonLexerMode = 'strict' | 'lenient' | 'python'

/** A member of the outermost object, as offsets into its text. The value is `text.slice(start, end)`. */
export interface Member {
  key: string
  start: number
  end: number
}

/** An object or array as valid JSON: as it was written, or mended. */
export interface JsonText {
  text: string
  /** Empty for an array. */
  members: readonly Member[]
  mended: boolean
}

/** Reads one object or array, each character once. Stops behind it, or at the first character that does not fit. */
export interface JsonLexer {
  /** Starts over, for a new value. */
  reset(mode: JsonLexerMode): void
  /** Reads on in `text` from `from`; returns the index behind the last character that it took. */
  read(text: string, from: number): number
  readonly done: boolean
  readonly failed: boolean
  /** What was read so far is valid JSON, without faults to mend. */
  readonly strict: boolean
  /** The text before this offset is final. Behind it, a comma or an incomplete escape may have to be mended. */
  readonly settled: number
  /** The members of the outermost object that were read as a whole. */
  readonly members: readonly Member[]
  /** The member of the outermost object whose value has begun. */
  readonly open: { key: string; start: number } | undefined
  /** The value, given the text that was read; `undefined` where it cannot be mended. */
  result(text: string): JsonText | undefined
}
