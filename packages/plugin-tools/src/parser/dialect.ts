import type { Tool } from 'argo-proxy'
import type { Cursor, Reading } from './cursor.ts'

/** A call as a dialect has read it. `arguments` is the text of a JSON object. */
export interface ReadCall {
  name: string
  arguments: string
  /** The id that the model wrote; absent where one has to be made. */
  id?: string
}

/** The tools that the client offers, by name. `undefined`: not known, and any name is accepted. */
export type OfferedTools = ReadonlyMap<string, Tool> | undefined

/** What a reader is told, and what it can report besides its result. */
export interface ReadContext {
  readonly tools: OfferedTools
  /** Only white space comes before the start. */
  readonly atBeginning: boolean
  /** The upstream says that it cut the text off: a call at its end may lack more than the end tag. */
  readonly cutOff: boolean
  /** The end tag that the call before lacked, as its reader reported with `lacks`. */
  readonly unclosed: string | undefined
  /** Reports that this is meant as a call: if the reader fails after that, the call is malformed. */
  claim(): void
  /** Reports that, if this is no call, the text up to this position is not searched for other calls. */
  asText(position: number): void
  /** Reports that the call ends without its end tag. If the tag comes later, it may be dropped. */
  lacks(endTag: string): void
  /**
   * Begins to emit a call while it is read. `undefined` where that is not wanted (not `live`, or a tool that was not
   * offered): then the call is emitted when it is complete. What is written must be the beginning of the `arguments` of
   * the first call in the result.
   */
  stream(name: string, id?: string): { write(argumentsText: string): void } | undefined
}

/**
 * Reads on behind a start. Returns the calls, and leaves the cursor behind them; `undefined` where this is no call, so
 * that it stays text; `[]` where it is a token of the format without a meaning of its own, which is dropped.
 *
 * Where the text ends while the reader waits for more, the call was cut and is no call. A reader that accepts a call
 * without its end tag asks the cursor whether it has `ended`.
 */
export type Read = (input: Cursor, context: ReadContext) => Reading<ReadCall[] | undefined>

/** A text that may begin a call, and what reads on behind it. */
export interface Start {
  text: string
  /** The cursor begins at `text` instead of behind it: for a text that is a part of the call. */
  included?: boolean
  read: Read
}

/** A way in which models write tool calls into their text. */
export interface Dialect {
  readonly name: string
  /** A function where the starts depend on the names of the tools. */
  readonly starts: readonly Start[] | ((tools: OfferedTools) => readonly Start[])
  /** White space between two calls belongs to the format and is dropped; otherwise it is text. */
  readonly dropsGaps?: boolean
  /** The calls end the model's turn: what it writes after them is a made-up result, and is dropped. */
  readonly endsTurn?: boolean
}
