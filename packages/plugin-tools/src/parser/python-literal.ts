/**
 * The JSON text of a Python literal: dicts, lists, tuples, strings with all of Python's escapes, numbers and
 * True/False/None, with JSON's true/false/null mixed in. `undefined` where it is none, or JSON cannot express it.
 */
export function pythonToJson(text: string): string | undefined {
  const reader = createPythonReader(text)
  const value = reader.value()
  reader.skipSpace()
  return value !== undefined && reader.at === text.length ? value : undefined
}

/** Reads Python literals from a complete text. */
export interface PythonReader {
  at: number
  skipSpace(): void
  /** Reads this character if it comes next, behind white space. */
  take(character: string): boolean
  match(pattern: RegExp): string | undefined
  /** Reads the next literal; gives its JSON text. */
  value(): string | undefined
}

const words: Readonly<Record<string, string>> = {
  True: 'true',
  False: 'false',
  None: 'null',
  true: 'true',
  false: 'false',
  null: 'null',
}
const deepest = 500

export function createPythonReader(text: string): PythonReader {
  let depth = 0
  const reader: PythonReader = {
    at: 0,
    skipSpace() {
      reader.match(/[ \t\r\n]*/y)
    },
    take(character) {
      reader.skipSpace()
      if (text[reader.at] !== character) return false
      reader.at += 1
      return true
    },
    match(pattern) {
      pattern.lastIndex = reader.at
      const found = pattern.exec(text)?.[0]
      reader.at += found?.length ?? 0
      return found
    },
    value() {
      reader.skipSpace()
      depth += 1
      const value = depth > deepest ? undefined : literal(text[reader.at] ?? '')
      depth -= 1
      return value
    },
  }

  function literal(character: string): string | undefined {
    if (character === '{') return dict()
    if (character === '[') return list('[', ']')
    if (character === '(') return list('(', ')')
    if (/[A-Za-z]/.test(character) && !/^[rRuU]{0,2}['"]/.test(text.slice(reader.at, reader.at + 3))) {
      return words[reader.match(/\w+/y) ?? '']
    }
    if (/['"rRuU]/.test(character)) return strings()
    return number()
  }

  function dict(): string | undefined {
    reader.at += 1
    const members = new Map<string, string>()
    while (!reader.take('}')) {
      reader.skipSpace()
      const key = strings()
      const value = key !== undefined && reader.take(':') ? reader.value() : undefined
      if (key === undefined || value === undefined) return undefined
      members.set(key, value)
      if (!reader.take(',')) return reader.take('}') ? join(members) : undefined
    }
    return join(members)
  }

  function list(opening: string, closing: string): string | undefined {
    reader.at += opening.length
    const elements: string[] = []
    while (!reader.take(closing)) {
      const element = reader.value()
      if (element === undefined) return undefined
      elements.push(element)
      if (!reader.take(',') && !reader.take(closing)) return undefined
      if (text[reader.at - 1] === closing) break
    }
    return `[${elements.join(', ')}]`
  }

  /** One string, or several side by side, which Python joins. */
  function strings(): string | undefined {
    let joined: string | undefined
    for (;;) {
      const part = string()
      if (part === undefined) return joined === undefined ? undefined : JSON.stringify(joined)
      joined = (joined ?? '') + part
      const before = reader.at
      reader.skipSpace()
      if (!/['"]/.test(text[reader.at] ?? '')) reader.at = before
    }
  }

  function string(): string | undefined {
    const open = reader.match(/([rRuU]{0,2})('''|"""|'|")/y)
    if (open === undefined) return undefined
    const raw = /r/i.test(open)
    const quote = open.replace(/^[rRuU]*/, '')
    const parts: string[] = []
    while (!text.startsWith(quote, reader.at)) {
      const plain = reader.match(quote.startsWith("'") ? /[^'\\]+/y : /[^"\\]+/y)
      if (plain !== undefined) parts.push(plain)
      else if (text[reader.at] === '\\') parts.push(raw ? (reader.match(/\\[\s\S]/y) ?? '') : escaped())
      else if (reader.at < text.length) parts.push(text.charAt(reader.at++))
      else return undefined
      if (reader.at >= text.length) return undefined
    }
    reader.at += quote.length
    return parts.join('')
  }

  function escaped(): string {
    const found = reader.match(/\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{1,3}|\r\n|[\s\S]|$)/y) ?? ''
    const code = found[1] ?? ''
    if (/^[xuU]/.test(code) && found.length > 2) return codePoint(Number.parseInt(found.slice(2), 16), found)
    if (/^[0-7]/.test(code)) return codePoint(Number.parseInt(found.slice(1), 8), found)
    // Python keeps the backslash of an escape that it does not know.
    return simpleEscapes[code] ?? found
  }

  function number(): string | undefined {
    const found = reader.match(/[-+]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][-+]?\d+)?/y)
    if (found === undefined || found === '') return undefined
    const value = found.replace(/_/g, '').replace(/^\+/, '')
    if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(value)) return value
    return Number.isFinite(Number(value)) && !/^-?0\d/.test(value) ? String(Number(value)) : undefined
  }

  return reader
}

const simpleEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\u0007',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
  '\r': '',
}

function codePoint(value: number, text: string): string {
  return value <= 0x10ffff ? String.fromCodePoint(value) : text
}

function join(members: ReadonlyMap<string, string>): string {
  return `{${[...members].map(([key, value]) => `${key}: ${value}`).join(', ')}}`
}
