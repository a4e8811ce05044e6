/**
 * Reads a Python literal, as `str()` of a dict prints it: `{'error': {'message': "it's", 'param': None}}`. JSON's own
 * words are taken too, since gateways mix them. `undefined` where the text is not one whole literal.
 */
export function parsePythonLiteral(text: string): unknown {
  const reader = { text, at: 0 }
  try {
    const value = readValue(reader, 0)
    skipSpace(reader)
    return reader.at === text.length ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

interface Reader {
  text: string
  at: number
}

const words: Record<string, unknown> = { True: true, False: false, None: null, true: true, false: false, null: null }
const deepest = 64

function readValue(reader: Reader, depth: number): unknown {
  if (depth > deepest) throw new SyntaxError('too deep')
  skipSpace(reader)
  const first = reader.text[reader.at] ?? ''
  if (first === '{') return readDict(reader, depth)
  if (first === '[') return readList(reader, depth, ']')
  if (first === '(') return readList(reader, depth, ')')
  if (first === "'" || first === '"') return readString(reader)
  const [token = ''] = /^[\w.+-]+/.exec(reader.text.slice(reader.at, reader.at + 64)) ?? []
  reader.at += token.length
  if (Object.hasOwn(words, token)) return words[token]
  const number = Number(token)
  if (token === '' || Number.isNaN(number)) throw new SyntaxError('no literal')
  return number
}

function readDict(reader: Reader, depth: number): Record<string, unknown> {
  const entries: [string, unknown][] = []
  readItems(reader, '}', () => {
    const key = readValue(reader, depth + 1)
    expect(reader, ':')
    entries.push([String(key), readValue(reader, depth + 1)])
  })
  return Object.fromEntries(entries)
}

function readList(reader: Reader, depth: number, close: string): unknown[] {
  const list: unknown[] = []
  readItems(reader, close, () => list.push(readValue(reader, depth + 1)))
  return list
}

function readItems(reader: Reader, close: string, readItem: () => void): void {
  reader.at += 1
  for (;;) {
    skipSpace(reader)
    if (reader.text[reader.at] === close) break
    readItem()
    skipSpace(reader)
    if (reader.text[reader.at] !== close) expect(reader, ',')
  }
  reader.at += 1
}

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '0': '\0' }

function readString(reader: Reader): string {
  const quote = reader.text[reader.at]
  let value = ''
  for (reader.at += 1; reader.at < reader.text.length; reader.at += 1) {
    const character = reader.text[reader.at] ?? ''
    if (character === quote) {
      reader.at += 1
      return value
    }
    value += character === '\\' ? readEscape(reader) : character
  }
  throw new SyntaxError('open string')
}

/** The reader stands on the backslash, and afterwards on the last character of the escape. */
function readEscape(reader: Reader): string {
  reader.at += 1
  const letter = reader.text[reader.at] ?? ''
  const length = { x: 2, u: 4, U: 8 }[letter]
  if (length === undefined) return escapes[letter] ?? letter
  const digits = reader.text.slice(reader.at + 1, reader.at + 1 + length)
  const code = /^[\da-f]+$/i.test(digits) && digits.length === length ? Number.parseInt(digits, 16) : Number.NaN
  if (!(code <= 0x10ffff)) throw new SyntaxError('bad escape')
  reader.at += length
  return String.fromCodePoint(code)
}

function expect(reader: Reader, character: string): void {
  skipSpace(reader)
  if (reader.text[reader.at] !== character) throw new SyntaxError(`no ${character}`)
  reader.at += 1
}

function skipSpace(reader: Reader): void {
  while (/\s/.test(reader.text[reader.at] ?? '')) reader.at += 1
}
