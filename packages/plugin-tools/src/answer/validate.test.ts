import { type LogRecord, recordingLogger } from 'argo-proxy/testing'
import { describe, expect, test } from 'vitest'
import { createSchemaChecks } from './validate.ts'

/** How long a check may take in a test, on a busy machine. Without a limit these take from ten seconds to hours. */
const mostMilliseconds = 4_500

function newChecks() {
  const logged: LogRecord[] = []
  return { checks: createSchemaChecks(recordingLogger(logged)), logged }
}

function checked(schema: Record<string, unknown>, value: unknown): string | undefined {
  return newChecks().checks(schema, 'the schema')(value)
}

describe('a check', () => {
  test('says what is wrong', () => {
    const schema = { type: 'object', properties: { a: { enum: ['x', 'y'] } }, additionalProperties: false }
    expect(checked(schema, { a: 'x' })).toBeUndefined()
    expect(checked(schema, { a: 'z', b: 1 })).toBe(
      'the whole must NOT have additional properties ("b"); /a must be equal to one of the allowed values (["x","y"])',
    )
  })

  test('holds texts and names against their patterns', () => {
    const schema = {
      type: 'object',
      properties: { pattern: { type: 'string', pattern: '^\\d{4}$' } },
      patternProperties: { '^x-': { type: 'integer' } },
      additionalProperties: false,
    }
    expect(checked(schema, { pattern: '2025', 'x-a': 1 })).toBeUndefined()
    expect(checked(schema, { pattern: 'soon' })).toBe('/pattern must match pattern "^\\d{4}$"')
    expect(checked(schema, { 'x-a': 'one' })).toBe('/x-a must be integer')
    expect(checked(schema, { other: 1 })).toContain('additional properties')
  })

  test('tells five faults, and a long one in part', () => {
    const many = checked({ items: { type: 'integer' } }, Array(1_000).fill('x'))
    expect(many?.split('; ')).toHaveLength(5)
    const long = checked({ enum: Array.from({ length: 500 }, (_each, index) => `value ${index}`) }, 'x')
    expect(long).toContain('"value 0"')
    expect(long?.length).toBeLessThan(3_000)
  })
})

const naughtyText = `${'a'.repeat(40)}!`
/** Each definition refers twice to the one before. */
const doubling = Object.fromEntries(
  Array.from({ length: 40 }, (_each, index) => {
    const before = { $ref: `#/$defs/d${index}` }
    return [`d${index + 1}`, { allOf: [before, before] }]
  }),
)

describe('what takes too long is given up', () => {
  test.each<[string, Record<string, unknown>, unknown]>([
    ['a pattern that backtracks without end', { pattern: '^(a+)+$' }, naughtyText],
    ['such a pattern for names', { patternProperties: { '^(a+)+$': { type: 'integer' } } }, { [naughtyText]: 1 }],
    ['a pattern that takes quadratic time', { pattern: '\\s+$' }, `${' '.repeat(1_000_000)}!`],
    [
      'unique objects in a long array',
      { uniqueItems: true },
      Array.from({ length: 100_000 }, (_each, index) => ({ index })),
    ],
    ['references that double', { $defs: { d0: { type: 'object' }, ...doubling }, $ref: '#/$defs/d40' }, {}],
    [
      'a long enum for a long array',
      { items: { enum: Array.from({ length: 2_000 }, (_each, index) => index) } },
      Array(1_000_000).fill(1_999),
    ],
  ])('%s', (_what, schema, value) => {
    const { checks, logged } = newChecks()
    const started = performance.now()
    expect(checks(schema, 'the schema')(value)).toBeUndefined()
    expect(performance.now() - started).toBeLessThan(mostMilliseconds)
    expect(logged).toMatchObject([{ level: 'warn', message: expect.stringContaining('the schema') }])

    const again = performance.now()
    for (let count = 0; count < 200; count += 1) expect(checks({ ...schema }, 'the schema')(value)).toBeUndefined()
    expect(performance.now() - again, 'it is not tried again').toBeLessThan(mostMilliseconds)
  })

  test('and other schemas are checked as before', () => {
    const { checks } = newChecks()
    checks({ pattern: '^(a+)+$' }, 'slow')(naughtyText)
    expect(checks({ pattern: '^a+$' }, 'fast')(naughtyText)).toContain('must match pattern')
  })
})

describe('nothing is said of', () => {
  const manyRefs = Object.fromEntries(
    Array.from({ length: 400 }, (_each, index) => [`q${index}`, { $ref: '#/$defs/d' }]),
  )
  const wide = {
    properties: Object.fromEntries(Array.from({ length: 400 }, (_each, index) => [`p${index}`, { type: 'string' }])),
  }

  test.each<[string, Record<string, unknown>, unknown]>([
    ['a schema that means nothing', { type: 'nonsense' }, 1],
    ['a schema that refers to itself', { $defs: { a: { $ref: '#/$defs/a' } }, $ref: '#/$defs/a' }, 1],
    ['a pattern that is none', { pattern: '(' }, 'x'],
    [
      'a value that is nested too deeply',
      { $defs: { a: { items: { $ref: '#/$defs/a' } } }, $ref: '#/$defs/a' },
      JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`),
    ],
    ['a very long schema', { type: 'integer', description: 'x'.repeat(1_000_000) }, 'one'],
    ['a long union', { anyOf: Array.from({ length: 6_000 }, (_each, index) => ({ const: index })) }, 'none of them'],
    ['a schema that is nested too deeply', JSON.parse(`${'{"items":'.repeat(50_000)}{}${'}'.repeat(50_000)}`), 1],
  ])('%s', (_what, schema, value) => {
    const { checks, logged } = newChecks()
    const started = performance.now()
    expect(checks(schema, 'the schema')(value)).toBeUndefined()
    expect(performance.now() - started).toBeLessThan(mostMilliseconds)
    expect(logged).toHaveLength(1)
  })

  test('a schema with a large definition that is used often is compiled in time', () => {
    const started = performance.now()
    expect(checked({ $defs: { d: { ...wide, type: 'object' } }, properties: manyRefs }, { q1: 1 })).toBe(
      '/q1 must be object',
    )
    expect(performance.now() - started).toBeLessThan(mostMilliseconds)
  })
})

test('schemas are compiled once across requests, and long ones take the place of each other', () => {
  const { checks, logged } = newChecks()
  const use = (title: number) =>
    checks({ title, type: 'nonsense', description: 'x'.repeat(90_000) }, 'the schema')(undefined)
  use(0)
  use(0)
  expect(logged).toHaveLength(1)
  for (let title = 1; title < 12; title += 1) use(title)
  expect(logged).toHaveLength(12)
  use(11)
  expect(logged).toHaveLength(12)
  use(0)
  expect(logged).toHaveLength(13)
})
