import { describe, expect, test } from 'vitest'
import { parsePythonLiteral } from './python-literal.ts'

describe('a Python literal', () => {
  test.each([
    ["{'a': 1, 'b': [True, False, None], 'c': ('x', 2.5)}", { a: 1, b: [true, false, null], c: ['x', 2.5] }],
    [`{'it': "it's", 'q': 'say "hi"', 'e': 'it\\'s'}`, { it: "it's", q: 'say "hi"', e: "it's" }],
    ["{'t': 'a\\nb\\t\\\\ \\x41\\u00e9\\U0001F52C'}", { t: 'a\nb\t\\ Aé🔬' }],
    ["{'json': true, 'words': null}", { json: true, words: null }],
    ['{}', {}],
    ['[]', []],
    ['  [ 1 , -2e3 , ]  ', [1, -2000]],
    ["{'a': {'b': {'c': 'd'}}}", { a: { b: { c: 'd' } } }],
    ["{1: 'x'}", { 1: 'x' }],
  ])('%s', (text, value) => {
    expect(parsePythonLiteral(text)).toEqual(value)
  })

  test.each([
    '',
    '{',
    "{'a'}",
    "{'a': }",
    "{'a': 1",
    "{'a': 'open",
    "{'a': '\\uZZ'}",
    "{'a': '\\U99999999'}",
    "{'a': 1} and more",
    'plain words',
    '['.repeat(5_000),
  ])('is not %j', (text) => {
    expect(parsePythonLiteral(text)).toBeUndefined()
  })
})
