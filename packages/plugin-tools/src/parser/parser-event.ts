/** What the parser emits. A call is a start, any number of deltas and an end; calls do not overlap. */
export type ParserEvent =
  | { type: 'text'; text: string }
  | { type: 'call-start'; name: string; id?: string }
  | { type: 'call-delta'; delta: string }
  | { type: 'call-end' }
  /** With `live` only: the call whose start was emitted is not one, since the text was cut or went on as no call. */
  | { type: 'call-broken'; cause: 'cut' | 'malformed' }
