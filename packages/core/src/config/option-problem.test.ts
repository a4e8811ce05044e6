import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { z as mini } from '../zod.ts'
import { formatPath } from './fault.ts'
import { optionProblems } from './option-problem.ts'

const way = mini.enum(['prompted', 'native', 'auto'])
const small = mini.prefault(
  mini.strictObject({
    way: mini._default(mini.union([way, mini.strictObject({ default: way, openai: mini.optional(way) })]), 'auto'),
    delay: mini._default(mini.number().check(mini.minimum(0), mini.maximum(60)), 5),
    unknown: mini._default(mini.enum(['text', 'pass']), 'text'),
    live: mini._default(mini.boolean(), false),
    names: mini.optional(mini.array(mini.strictObject({ name: mini.string() }))),
    token: mini.optional(mini.string()),
    words: mini.optional(mini.string().check(mini.regex(/a/, 'write an a'))),
  }),
  {},
)
const full = z.strictObject({ count: z.int().min(1), names: z.array(z.string().min(1)).default([]) })

function problems(schema: z.core.$ZodType, options: unknown): string[] {
  const result = schema['~standard'].validate(options)
  if (result instanceof Promise || !result.issues) return expect.fail('was accepted')
  return result.issues
    .flatMap((issue) => optionProblems(issue, schema, options))
    .map(({ path, at, message }) => `${formatPath(path)} (${at}) ${message}`)
}

describe('an issue of zod has its remedy', () => {
  test.each<[unknown, string]>([
    [{ dely: 5 }, 'dely (key) is not a known option, did you mean "delay"?'],
    [
      { colour: 5 },
      'colour (key) is not a known option: way, delay, unknown, live, names, token or words can stand here',
    ],
    [
      { way: 'promptd' },
      'way (value) is the text "promptd": write prompted, native, auto or a mapping, did you mean "prompted"?',
    ],
    [
      { way: { default: 'nativ' } },
      'way.default (value) is the text "nativ": write prompted, native or auto, did you mean "native"?',
    ],
    [{ way: { default: 'auto', opnai: 'auto' } }, 'way.opnai (key) is not a known option, did you mean "openai"?'],
    [{ unknown: 'tex' }, 'unknown (value) is the text "tex": write text or pass, did you mean "text"?'],
    [{ delay: -1 }, 'delay (value) is the number -1: write a number from 0 on'],
    [{ delay: 61 }, 'delay (value) is the number 61: write a number up to 60'],
    [{ delay: '5' }, 'delay (value) is the text "5": write a number'],
    [{ live: 'yes' }, 'live (value) is the text "yes": write true or false'],
    [{ names: 5 }, 'names (value) is the number 5: write a list'],
    [{ names: [{ nam: 'x', name: 'y' }] }, 'names[0].nam (key) is not a known option, did you mean "name"?'],
    [{ names: [{}] }, 'names[0].name (value) is missing: write a text'],
    [{ token: 123456 }, 'token (value) is a number: write a text'],
    // What the author says stays.
    [{ words: 'b' }, 'words (value) write an a'],
  ])('%j', (options, expected) => {
    expect(problems(small, options)).toEqual([expected])
  })

  test('of the whole zod, too', () => {
    expect(problems(full, { count: 1.5, names: [''], x: 1 })).toEqual([
      'count (value) is the number 1.5: write a whole number',
      'names[0] (value) is an empty text: write a text that is not empty',
      'x (key) is not a known option: count or names can stand here',
    ])
  })
})

test('where each alternative of a union lacks something, all are told', () => {
  const callable = z.custom((value) => typeof value === 'function', 'must be a function')
  const stage = z.union([z.looseObject({ step: callable }), z.looseObject({ create: callable })])
  expect(problems(z.object({ stages: z.array(stage) }), { stages: [{}] })).toEqual([
    'stages[0] (value) step must be a function, or create must be a function',
  ])
})

test('another library’s issue keeps its words', () => {
  const issue = { message: 'Invalid type: Expected string', path: [{ key: 'words' }, 0] }
  expect(optionProblems(issue, {}, { words: [1] })).toEqual([
    { path: ['words', 0], at: 'value', message: 'Invalid type: Expected string' },
  ])
})
