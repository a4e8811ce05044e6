import type { Dialect, ReadCall } from '../parser/dialect.ts'
import { oneOf } from '../parser/terminator.ts'

/** Gemma 4: `<|tool_call>call:name{key:<|"|>text<|"|>,other:42}<tool_call|>`. */
export const gemma: Dialect = gemmaDialect('gemma', '<|tool_call>', '<tool_call|>', '<|"|>')

/** FunctionGemma: the same with `<escape>` for quotes. */
export const functionGemma: Dialect = gemmaDialect(
  'functiongemma',
  '<start_function_call>',
  '<end_function_call>',
  '<escape>',
)

function gemmaDialect(name: string, start: string, endTag: string, quote: string): Dialect {
  const end = oneOf(endTag)
  return {
    name,
    starts: [
      {
        text: start,
        *read(input, context) {
          yield* input.skipSpace()
          if (!(yield* input.take('call:'))) return undefined
          context.claim()
          const found = yield* input.until(end)
          const call = found && callOf(found.text.trim(), quote)
          return call && [call]
        },
      },
    ],
  }
}

function callOf(text: string, quote: string): ReadCall | undefined {
  const [, name, written] = /^([^{]+)(\{.*\})$/s.exec(text) ?? []
  const args = written === undefined ? undefined : valueText(written, quote)
  return name && args !== undefined ? { name: name.trim(), arguments: args } : undefined
}

const deepest = 500

/** The JSON text of a value: keys have no quotes, strings are between quote tokens (without escapes) or as in JSON. */
function valueText(text: string, quote: string): string | undefined {
  let at = 0
  let depth = 0
  const value = read()
  skip()
  return at === text.length ? value : undefined

  function skip(): void {
    while (/\s/.test(text.charAt(at))) at += 1
  }

  function take(part: string): boolean {
    skip()
    const taken = text.startsWith(part, at)
    if (taken) at += part.length
    return taken
  }

  function match(pattern: RegExp): string | undefined {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    at += found?.length ?? 0
    return found
  }

  function read(): string | undefined {
    if (depth > deepest) return undefined
    depth += 1
    const value = readValue()
    depth -= 1
    return value
  }

  function readValue(): string | undefined {
    if (take('{')) return readObject()
    if (take('[')) return readArray()
    const string = readString()
    if (string !== undefined) return string
    const word = match(/[^,{}[\]]*/y)?.trim()
    if (!word) return undefined
    const scalar = /^(true|false|null|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)$/.test(word)
    return scalar ? word : JSON.stringify(word)
  }

  function readString(): string | undefined {
    if (take(quote)) {
      const end = text.indexOf(quote, at)
      if (end === -1) return undefined
      const string = text.slice(at, end)
      at = end + quote.length
      return JSON.stringify(string)
    }
    skip()
    return match(/"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y)
  }

  function readObject(): string | undefined {
    const members = new Map<string, string>()
    while (!take('}')) {
      const key = readString() ?? bareKey()
      const value = key !== undefined && take(':') ? read() : undefined
      if (key === undefined || value === undefined) return undefined
      members.set(key, value)
      if (!take(',') && text[at] !== '}') return undefined
    }
    return `{${[...members].map(([key, value]) => `${key}: ${value}`).join(', ')}}`
  }

  function bareKey(): string | undefined {
    const key = match(/[^:,{}[\]]+/y)?.trim()
    return key ? JSON.stringify(key) : undefined
  }

  function readArray(): string | undefined {
    const elements: string[] = []
    while (!take(']')) {
      const element = read()
      if (element === undefined) return undefined
      elements.push(element)
      if (!take(',') && text[at] !== ']') return undefined
    }
    return `[${elements.join(', ')}]`
  }
}
