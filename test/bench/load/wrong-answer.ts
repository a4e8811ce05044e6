/** An answer came, and is not the one that the upstream sent. It voids the run, whichever hop changed it. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer'

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}
