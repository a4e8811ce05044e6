/** What the parser makes of a model's text. A call is a start, any number of deltas and an end; calls do not overlap. */
export type ParserEvent =
  | { type: 'text'; text: string }
  | { type: 'call-start'; name: string; id?: string }
  | { type: 'call-delta'; delta: string }
  | { type: 'call-end' }
  /** Live only: the call whose start was given out is none. The text was cut, or what came is not what it seemed. */
  | { type: 'call-broken'; cause: 'cut' | 'malformed' }
