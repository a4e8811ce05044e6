import type { Tool } from 'argo-proxy'
import type { Cursor, Reading } from './cursor.ts'

/** A call as a dialect has read it. `arguments` is the text of a JSON object. */
export interface ReadCall {
  name: string
  arguments: string
  /** Only where the model's own id is worth keeping; made otherwise. */
  id?: string
}

/** The tools that the client offers, by name. Absent where nobody knows them: then every name is taken. */
export type OfferedTools = ReadonlyMap<string, Tool> | undefined

/** What a reader may know and say beside its result. */
export interface ReadContext {
  readonly tools: OfferedTools
  /** Nothing but white space stands before. */
  readonly atBeginning: boolean
  /** The upstream says that it cut the text off: what is at the end may lack more than its end tag. */
  readonly cutOff: boolean
  /** The end tag that the call before this one lacked, as that call's reader said with `lacks`. */
  readonly unclosed: string | undefined
  /** Says that this is meant as a call: should it fail from here on, it was a malformed one. */
  claim(): void
  /** Says that, should this be no call, what was read up to here is text that no other call is looked for in. */
  asText(position: number): void
  /** Says that the call ends here though its end tag is missing: should the tag come later, it may be dropped. */
  lacks(endTag: string): void
  /**
   * Live: begins to hand a call out while it is read. `undefined` where that is not wanted (not live, a tool that was not
   * offered, another reader still in the race): then all is handed out at the end. What `write` has given out must be how
   * the `arguments` of the first call of the result begin.
   */
  stream(name: string, id?: string): { write(argumentsText: string): void } | undefined
}

/**
 * Reads on behind a start. Returns the calls, and leaves the cursor behind them; `undefined` where this is no call, and
 * then the whole text stays text. No calls at all, `[]`: what was read is the format's own noise and is dropped.
 *
 * Where the text ends while the reader waits for more of it, the call was cut: that is no call. A reader that takes a
 * call without its end tag asks the cursor whether it has `ended`.
 */
export type Read = (input: Cursor, context: ReadContext) => Reading<ReadCall[] | undefined>

/** A text that may begin a call, and what reads on behind it. */
export interface Start {
  text: string
  /** The cursor stands at the beginning of `text` instead of behind it: where it is a part of what is read. */
  included?: boolean
  read: Read
}

/** A way in which models write tool calls into their text. */
export interface Dialect {
  readonly name: string
  /** A function where they depend on the names of the tools. */
  readonly starts: readonly Start[] | ((tools: OfferedTools) => readonly Start[])
  /** White space between two calls belongs to the format; otherwise it is text and kept. */
  readonly dropsGaps?: boolean
  /** The calls are the model's last words: what it writes behind them is a made-up result, and is dropped. */
  readonly endsTurn?: boolean
}
