import { describe, expect, test } from 'vitest'
import { pythonToJson } from './python-literal.ts'

describe('a Python literal as JSON', () => {
  test.each([
    ["{'a': 1, 'b': [True, False, None], 'c': (1, 2)}", { a: 1, b: [true, false, null], c: [1, 2] }],
    ["{'a': true, 'b': null}", { a: true, b: null }],
    [`{'a': 'it\\'s', 'b': "it's", 'c': "say \\"x\\""}`, { a: "it's", b: "it's", c: 'say "x"' }],
    ["{'a': 'x\\ny\\tz\\\\n'}", { a: 'x\ny\tz\\n' }],
    ["{'a': '\\x41\\u00e9\\U0001f52c\\101'}", { a: 'AéAA'.replace('AéAA', 'Aé🔬A') }],
    ["{'a': '\\d \\$'}", { a: '\\d \\$' }],
    ["{'a': r'\\n', 'b': 'one' 'two'}", { a: '\\n', b: 'onetwo' }],
    [`{'a': '''x'y\n"z"''', "b": """"q" """}`, { a: 'x\'y\n"z"', b: '"q" ' }],
    ["{'a': 'raw\nbreak'}", { a: 'raw\nbreak' }],
    ["{'a': 1_000, 'b': -1.5e3, 'c': .5, 'd': 2.}", { a: 1000, b: -1500, c: 0.5, d: 2 }],
    ["{'日本': '語', }", { 日本: '語' }],
    ['[]', []],
    ['[1, ]', [1]],
  ])('%s', (text, value) => {
    expect(JSON.parse(pythonToJson(text) ?? '')).toEqual(value)
  })

  test('keeps the digits of numbers', () => {
    expect(pythonToJson("{'id': 12345678901234567890}")).toBe('{"id": 12345678901234567890}')
  })

  test.each(["{'a': name}", "{'a'}", "{'a': 'x}", '{1: 2}', "{'a': f()}", "{'a': 1} x", '', '['.repeat(100_000)])(
    'not %.40s',
    (text) => {
      expect(pythonToJson(text)).toBeUndefined()
    },
  )
})
