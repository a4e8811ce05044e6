import { describe, expect, test } from 'vitest'
import { argumentValue } from './argument-value.ts'

const rules = { unknown: 'json', typeless: 'string' } as const

describe('bare text as an argument', () => {
  test.each([
    ['5', { type: 'integer' }, '5'],
    ['5.5', { type: 'integer' }, '"5.5"'],
    [' 5.50 ', { type: 'number' }, '5.50'],
    ['12345678901234567890', { type: 'integer' }, '12345678901234567890'],
    ['1e999', { type: 'number' }, '"1e999"'],
    ['007', { type: 'integer' }, '"007"'],
    ['True', { type: 'boolean' }, 'true'],
    ['yes', { type: 'boolean' }, '"yes"'],
    ['null', { type: ['integer', 'null'] }, 'null'],
    ['null', { type: ['string', 'null'] }, '"null"'],
    ['5', { type: 'string' }, '"5"'],
    ['5', { type: ['number', 'string'] }, '5'],
    ['5', { type: ['string', 'number'] }, '"5"'],
    ['{"a": 1}', { type: 'object' }, '{"a": 1}'],
    ["{'a': True}", { type: 'object' }, '{"a": true}'],
    ['{"a": 1}', { anyOf: [{ type: 'string' }, { type: 'object' }] }, '{"a": 1}'],
    ['plain', { anyOf: [{ type: 'string' }, { type: 'object' }] }, '"plain"'],
    ['[1, 2]', { type: 'array' }, '[1, 2]'],
    ['low', { enum: ['low', 'high'] }, '"low"'],
    ['2', { enum: [1, 2] }, '2'],
    ['2', { const: 2 }, '2'],
    ['5', { $ref: '#/$defs/count' }, '5'],
    ['5', { type: 'integer', nullable: true }, '5'],
    ['[1]', {}, '"[1]"'],
  ])('%j by %j is %s', (text, schema, value) => {
    const root = { $defs: { count: { type: 'integer' } } }
    expect(argumentValue(text, schema, root, rules)).toBe(value)
  })

  test.each([
    ['5', 'string', '"5"'],
    ['5', 'structures', '"5"'],
    ['5', 'json', '5'],
    ['True', 'structures', 'true'],
    ['None', 'json', 'null'],
    ['{"a": [1]}', 'structures', '{"a": [1]}'],
    ['{"a": [1]}', 'string', '"{\\"a\\": [1]}"'],
    ['{not json}', 'json', '"{not json}"'],
  ] as const)('without a schema, %j by the rule %s is %s', (text, unknown, value) => {
    expect(argumentValue(text, undefined, undefined, { unknown, typeless: 'string' })).toBe(value)
  })
})
