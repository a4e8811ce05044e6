/**
 * What is read: `strict` is JSON and nothing else; `lenient` also takes the faults that `mend` mends; `python` takes a
 * dict or list as Python prints it, with JSON's words mixed in.
 */
export type JsonLexerMode = 'strict' | 'lenient' | 'python'

/** A member of the outermost object, as offsets into its text. The value is `text.slice(start, end)`. */
export interface Member {
  key: string
  start: number
  end: number
}

/** A whole object or array as valid JSON: the text as it was written, or mended. */
export interface JsonText {
  text: string
  /** Empty for an array. */
  members: readonly Member[]
  mended: boolean
}

/** Reads one object or array, each character once, and stops behind it or at the first character that cannot be. */
export interface JsonLexer {
  /** Begins with a new value. */
  reset(mode: JsonLexerMode): void
  /** Reads on in `text` from `from`; returns the index behind the last character that it took. */
  read(text: string, from: number): number
  readonly done: boolean
  readonly failed: boolean
  /** Nothing but JSON until now. */
  readonly strict: boolean
  /** How far the text stands, whatever comes: a last comma or a begun escape may yet be mended. */
  readonly settled: number
  /** The members of the outermost object whose values are whole. */
  readonly members: readonly Member[]
  /** The member of the outermost object whose value has begun. */
  readonly open: { key: string; start: number } | undefined
  /** The value, given the text that was read; `undefined` where it cannot be mended. */
  result(text: string): JsonText | undefined
}
