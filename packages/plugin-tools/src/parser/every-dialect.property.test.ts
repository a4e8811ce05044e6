import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dialectNames } from '../dialects/index.ts'
import { dialects, readText, toolsNamed } from './read.test.fixture.ts'

const tools = toolsNamed(
  'f',
  ['get', { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'string' } }, required: ['a'] }],
  ['get_it', { type: 'object' }],
)

/** The words of all formats, in any order: little of it is a call, much of it nearly is one. */
const words = [
  ...[
    '<tool_call>',
    '</tool_call>',
    '<function=get>',
    '</function>',
    '<parameter=a>',
    '<parameter>',
    '</parameter>',
    '</tool',
  ],
  ...[
    '<arg_key>',
    'a',
    '</arg_key>',
    '<arg_value>',
    '1',
    '</arg_value>',
    '<invoke name="get">',
    '</invoke>',
    '<invoke',
  ],
  ...['<parameter name="a">', '<function_calls>', '</function_calls>', '<minimax:tool_call>', '</minimax:tool_call>'],
  ...['[TOOL_CALLS]', '[ARGS]', ' [TOOL', 'get', '<|python_tag|>', ';', '```json\n', '```', '<｜tool▁calls▁begin｜>'],
  ...['<｜tool▁call▁begin｜>', 'function', '<｜tool▁sep｜>', '<｜tool▁call▁end｜>', '<｜tool▁calls▁end｜>', '<｜tool'],
  ...['<|tool_calls_section_begin|>', '<|tool_call_begin|>', 'functions.get:0', '<|tool_call_argument_begin|>'],
  ...[
    '<|tool_call_end|>',
    '<|tool_calls_section_end|>',
    '<|tool_call_start|>',
    '<|tool_call>',
    'call:get',
    '<tool_call|>',
  ],
  ...[
    '<|"|>',
    '<escape>',
    '<start_function_call>',
    '<end_function_call>',
    '<|message_sep|>',
    'function call<|role_sep|>',
  ],
  ...[
    '<|START_ACTION|>',
    '<|END_ACTION|>',
    '<|END_RESPONSE|>',
    '{"name": "get", "arguments": {"a": 1}}',
    '{"name": "get"',
  ],
  ...[
    ', "arguments": ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    ',',
    ':',
    '=',
    '(',
    ')',
    'get(a=1)',
    'f()',
    "{'id': 'toolu_1', ",
  ],
  ...[
    "'input': {}",
    "'name': 'get'",
    "'type': 'tool_use'",
    '<get>',
    '</get>',
    '< get>',
    '<get_it/>',
    '<a>',
    '</a>',
    '<b>',
  ],
  ...[
    'a: 1\n',
    'b: |\n  x\n',
    '\n',
    ' ',
    '<',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '&lt;',
    '\\',
    'x',
    '🔬',
    '//',
    '/*',
    '*/',
  ],
]
const text = fc.array(fc.constantFrom(...words), { maxLength: 25 }).map((parts) => parts.join(''))
const positions = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 })

describe('every dialect', () => {
  test.each([...dialectNames().map((name) => [name]), ['all of them']])(
    '%s: the same result, however the text is cut',
    async (name) => {
      const names = name === 'all of them' ? dialectNames() : [name]
      const options = { dialects: await dialects(...names), tools }
      fc.assert(
        fc.property(text, positions, (whole, at) => {
          const bounds = at.map((position) => Math.floor(position * whole.length)).sort((left, right) => left - right)
          const pieces = [0, ...bounds].map((from, index) => whole.slice(from, bounds[index] ?? whole.length))
          const expected = readText([whole], options)
          expect(readText(pieces, options)).toEqual(expected)
          expect(readText(whole.split(''), options)).toEqual(expected)
          for (const call of expected.calls) expect(JSON.parse(call.arguments)).toBeTypeOf('object')
        }),
        { numRuns: 300 },
      )
    },
  )
})
