import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createJsonLexer } from './json-lexer.ts'
import type { JsonLexerMode } from './json-text.ts'

/** Whether a text is read as one value, and what of it, in single characters. */
function lex(text: string, mode: JsonLexerMode) {
  const lexer = createJsonLexer()
  lexer.reset(mode)
  for (const character of text.split('')) {
    if (lexer.done || lexer.failed) return { whole: false, lexer }
    lexer.read(character, 0)
  }
  return { whole: lexer.done, lexer }
}

describe('a strict lexer', () => {
  test('takes every object and array that JSON.stringify writes', () => {
    const value = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()))
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 1), (json, indent) => {
        const text = JSON.stringify(json, undefined, indent)
        const { whole, lexer } = lex(text, 'strict')
        expect(whole).toBe(true)
        expect(lexer.result(text)).toMatchObject({ text, mended: false })
      }),
    )
  })

  test('takes what JSON.parse takes, and refuses what it refuses', () => {
    const parts = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '\\',
      '1',
      '-',
      '.5',
      'e3',
      'true',
      'null',
      ' ',
      '\n',
      "'",
      'x',
      '0',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 12 }), (pieces) => {
        const text = `{"k":[${pieces.join('')}]}`
        expect(lex(text, 'strict').whole).toBe(isJson(text))
      }),
      { numRuns: 5_000 },
    )
  })

  test('knows the members of the outermost object, and the one that is open', () => {
    const text = '{"a": {"b": [1, 2]}, "c\\u0064": "x", "e": tru'
    const { lexer } = lex(text, 'strict')
    expect(lexer.members.map(({ key, start, end }) => [key, text.slice(start, end)])).toEqual([
      ['a', '{"b": [1, 2]}'],
      ['cd', '"x"'],
    ])
    expect(lexer.open).toEqual({ key: 'e', start: text.indexOf('tru') })
  })
})

describe('a lenient lexer', () => {
  test.each([
    ['a raw line break', '{"a": "x\ny"}', { a: 'x\ny' }],
    ['a raw tab and carriage return', '{"a": "x\ty\rz"}', { a: 'x\ty\rz' }],
    ["an escaped '", '{"a": "it\\\'s"}', { a: "it's" }],
    ['single quotes', "{'a': 'say \"x\"'}", { a: 'say "x"' }],
    ['keys without quotes', '{a: 1, $b-c: 2}', { a: 1, '$b-c': 2 }],
    ['a comma too many in an object', '{"a": 1,}', { a: 1 }],
    ['a comma too many in an array', '{"a": [1, 2, ]}', { a: [1, 2] }],
    ['a comment to the end of the line', '{"a": 1, // one } "\n"b": 2}', { a: 1, b: 2 }],
    ['a comment in the middle', '{/* "}" **/"a": /**/ 1}', { a: 1 }],
    ["Python's words", '{"a": True, "b": False, "c": None}', { a: true, b: false, c: null }],
  ])('mends %s', (_what, text, value) => {
    const { whole, lexer } = lex(text, 'lenient')
    expect(whole).toBe(true)
    const result = lexer.result(text)
    expect(result?.mended).toBe(true)
    expect(JSON.parse(result?.text ?? '')).toEqual(value)
    expect(lex(text, 'strict').whole).toBe(false)
  })

  test.each([
    ['a quote inside a string', '{"a": "say "x" now"}'],
    ['a backslash that may be meant', '{"a": "\\d+"}'],
    ['a path', '{"a": "C:\\Users"}'],
    ['an escape that is cut', '{"a": "\\u12"}'],
    ['a text without quotes', '{"a": hello}'],
    ['a number that is none', '{"a": 01}'],
    ['no value', '{"a": }'],
    ['no comma', '{"a": 1 "b": 2}'],
    ['two commas', '{"a": 1,, "b": 2}'],
    ['the wrong bracket', '{"a": [1}}'],
    ['a bracket that is missing', '{"a": [1, 2'],
    ['a string that is not closed', '{"a": "b}'],
    ['undefined', '{"a": undefined}'],
    ['dots', '{"a": [1, ...]}'],
  ])('does not guess at %s', (_what, text) => {
    expect(lex(text, 'lenient').whole).toBe(false)
  })

  test('mends damage without touching a value', () => {
    const values = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('a\nb', "it's", 'x, y: {z}', '// no', '\t'),
      fc.integer(),
      fc.constant(null),
    )
    const object = fc.dictionary(
      fc.stringMatching(/^[a-z_]{1,6}$/),
      fc.oneof(values, fc.array(values, { maxLength: 3 })),
    )
    fc.assert(
      fc.property(
        object,
        fc.record({ quotes: fc.boolean(), keys: fc.boolean(), commas: fc.boolean(), breaks: fc.boolean() }),
        (value, damage) => {
          const text = damaged(value, damage)
          const { whole, lexer } = lex(text, 'lenient')
          expect(whole).toBe(true)
          expect(JSON.parse(lexer.result(text)?.text ?? '')).toEqual(value)
        },
      ),
      { numRuns: 2_000 },
    )
  })
})

describe('what has been read stands', () => {
  test('whatever comes behind it, up to `settled`', () => {
    const ends = ['{"a": "it\\', '{"a": "\\u00', '{"a": [1,', '{"a": [1, \n', '{"a": 1']
    expect(ends.map((text) => text.slice(0, lex(text, 'lenient').lexer.settled))).toEqual([
      '{"a": "it',
      '{"a": "',
      '{"a": [1',
      '{"a": [1',
      '{"a": 1',
    ])
  })
})

interface Damage {
  quotes: boolean
  keys: boolean
  commas: boolean
  breaks: boolean
}

/** JSON as a careless hand writes it. */
function damaged(value: unknown, damage: Damage): string {
  const comma = damage.commas ? ', ' : ''
  if (Array.isArray(value)) {
    return value.length === 0 ? '[]' : `[${value.map((each) => damaged(each, damage)).join(', ')}${comma}]`
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(
      ([key, each]) => `${damage.keys ? key : JSON.stringify(key)}: ${damaged(each, damage)}`,
    )
    return members.length === 0 ? '{}' : `{${members.join(', ')}${comma}}`
  }
  if (typeof value !== 'string') return JSON.stringify(value)
  const json = JSON.stringify(value)
  const broken = damage.breaks ? json.replaceAll(/(?<!\\)((?:\\\\)*)\\n/g, '$1\n') : json
  return damage.quotes ? `'${broken.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'` : broken
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
