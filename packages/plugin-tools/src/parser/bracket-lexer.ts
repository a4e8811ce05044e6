/** Reads from an opening bracket to the one that closes it, each character once. Brackets in strings do not count. */
export interface BracketLexer {
  /** Reads on in `text` from `from`; returns the index behind the last character that it took. */
  read(text: string, from: number): number
  readonly done: boolean
  readonly failed: boolean
}

const closerOf: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }
const ordinary = /[^()[\]{}'"\\]*/y

export function createBracketLexer(): BracketLexer {
  const closers: string[] = []
  let done = false
  let failed = false
  /** The quote of the open string, one or three characters; empty outside of strings. */
  let quote = ''
  /** How many quotes were just read in a row. What they mean depends on how many there are in the end. */
  let run = 0
  let runQuote = ''
  let escaped = false

  /** Called when something else follows a row of quotes. */
  function endRun(): void {
    if (quote === '') {
      // One opens a string, two are an empty one, three open a long one; six are an empty long one.
      if (run === 1) quote = runQuote
      else if (run >= 3 && run < 6) quote = runQuote.repeat(3)
      else if (run > 2 && run !== 6) failed = true
    } else if (quote.length === 3 && run >= 3) quote = ''
    run = 0
  }

  function inString(character: string): void {
    if (escaped) escaped = false
    else if (character === '\\') escaped = true
    else if (quote.length === 1 && character === quote) quote = ''
    else if (quote.length === 3 && character === quote[0]) {
      run += 1
      if (run === 3) endRun()
      return
    }
    run = 0
  }

  function outside(character: string): void {
    const closer = closerOf[character]
    if (closer !== undefined) closers.push(closer)
    else if (character === '"' || character === "'") {
      runQuote = character
      run = 1
    } else if (character === closers.at(-1)) {
      closers.pop()
      done = closers.length === 0
    } else if (')]}\\'.includes(character) || closers.length === 0) failed = true
  }

  return {
    get done() {
      return done
    },
    get failed() {
      return failed
    },
    read(text, from) {
      let at = from
      while (at < text.length && !done && !failed) {
        const character = text.charAt(at)
        if (quote !== '') inString(character)
        else if (run > 0 && character === runQuote) run += 1
        else if (run > 0) {
          endRun()
          continue
        } else {
          ordinary.lastIndex = at
          if (closers.length > 0 && ordinary.test(text) && ordinary.lastIndex > at) {
            at = ordinary.lastIndex
            continue
          }
          outside(character)
        }
        if (!failed) at += 1
      }
      return at
    },
  }
}
