import { describe, expect, test } from 'vitest'
import { declaredProperties, schemaTypes } from './schema-types.ts'

/** A union of references to itself, and one branch more. */
function selfUnion(references: number, branch: Record<string, unknown>): Record<string, unknown> {
  return { anyOf: [...Array.from({ length: references }, () => ({ $ref: '#' })), branch] }
}

describe('a schema that refers to itself very often', () => {
  test.each<[string, (root: Record<string, unknown>) => unknown, unknown]>([
    ['types', (root) => schemaTypes(root, root), ['object']],
    ['properties', (root) => [...(declaredProperties(root, root)?.keys() ?? [])], ['a']],
  ])('gives its %s in time', (_what, read, expected) => {
    const root = selfUnion(10_000, { type: 'object', properties: { a: {} } })
    const started = performance.now()
    expect(read(root)).toEqual(expected)
    // Visiting every reference takes hours.
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})

describe('the types of a schema', () => {
  test.each<[Record<string, unknown>, string[]]>([
    [{ type: ['integer', 'null'] }, ['integer', 'null']],
    [{ anyOf: [{ type: 'string' }, { oneOf: [{ type: 'array' }, { const: null }] }] }, ['string', 'array', 'null']],
    [{ enum: [1, 'a', true], nullable: true }, ['number', 'string', 'boolean', 'null']],
    [
      { $defs: { a: { type: 'integer' } }, anyOf: [{ $ref: '#/$defs/a' }, { allOf: [{ $ref: '#/$defs/a' }] }] },
      ['integer'],
    ],
    [{ description: 'anything' }, []],
  ])('%j', (schema, types) => {
    expect(schemaTypes(schema, schema)).toEqual(types)
  })
})

test('the properties of a schema are those of its branches too, its own last', () => {
  const schema = { properties: { a: { type: 'string' } }, allOf: [{ properties: { a: {}, b: {} } }] }
  expect([...(declaredProperties(schema, schema) ?? [])]).toEqual([
    ['a', { type: 'string' }],
    ['b', {}],
  ])
  expect(declaredProperties({ type: 'object' }, undefined)).toBeUndefined()
})
