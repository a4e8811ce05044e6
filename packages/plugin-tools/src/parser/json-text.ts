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
