import { describe, expect, test } from 'vitest'
import { dialects, readEveryWay, toolsNamed } from '../parser/read.test.fixture.ts'

const options = {
  dialects: await dialects('qwen3-coder'),
  tools: toolsNamed('f', 'g', ['h', { type: 'object', properties: { n: { type: 'number' }, s: { type: 'string' } } }]),
}

function read(text: string): unknown {
  const { content, calls } = readEveryWay(text, options)
  return [content, ...calls.map((call) => [call.name, JSON.parse(call.arguments)])]
}

describe('what models make of the format', () => {
  test.each([
    [
      'several functions',
      '<function=f></function>\n<function=g></function>',
      [
        ['f', {}],
        ['g', {}],
      ],
    ],
    [
      'a function without its end',
      '<function=f><parameter=a>x</parameter><function=g></function>',
      [
        ['f', { a: 'x' }],
        ['g', {}],
      ],
    ],
    ['a value without its end', '<function=f><parameter=a>x<parameter=b>y</function>', [['f', { a: 'x', b: 'y' }]]],
    ['names as attributes', '<function name="f"><parameter name="a">x</parameter></function>', [['f', { a: 'x' }]]],
    ['other words', '<invoke=f><parameter=a>x</parameter></invoke>', [['f', { a: 'x' }]]],
    [
      'names that stand in the tag',
      '<function=f><parameter>a</parameter>x<parameter>b</parameter>y</function>',
      [['f', { a: 'x', b: 'y' }]],
    ],
    [
      'a parameter again',
      '<function=f><parameter=a>x</parameter><parameter=a>y</parameter></function>',
      [['f', { a: ['x', 'y'] }]],
    ],
    ['a value element', '<function=h><parameter=n><value>5</value></parameter></function>', [['h', { n: 5 }]]],
    [
      'a value element that is text',
      '<function=h><parameter=s><value>5</value></parameter></function>',
      [['h', { s: '<value>5</value>' }]],
    ],
    [
      'code, with its indentation',
      '<function=h><parameter=s>\n    a\n  b\n</parameter></function>',
      [['h', { s: '    a\n  b' }]],
    ],
    ['no entities', '<function=h><parameter=s>a &lt; b</parameter></function>', [['h', { s: 'a &lt; b' }]]],
    [
      'an escaped end tag',
      '<function=h><parameter=s>a &lt;/parameter&gt; b</parameter></function>',
      [['h', { s: 'a </parameter> b' }]],
    ],
    [
      "the wrapper's end in a value",
      '<function=h><parameter=s>a </tool_call> b</parameter></function>',
      [['h', { s: 'a </tool_call> b' }]],
    ],
  ])('%s', (_what, body, calls) => {
    expect(read(`a <tool_call>\n${body}\n</tool_call> b`)).toEqual(['a  b', ...calls])
  })

  test('a call without its wrapper ends where text goes on', () => {
    expect(read('a <function=f><parameter=x>1</parameter> b')).toEqual(['a  b', ['f', { x: '1' }]])
  })

  test('the end tag of a missing wrapper is dropped before a call, and kept before anything else', () => {
    expect(read('</tool_call>\n<function=f></function>')).toEqual(['\n', ['f', {}]])
    expect(read('</tool_call>\n<function=f>')).toEqual(['</tool_call>\n<function=f>'])
    expect(read('</tool_call> text')).toEqual(['</tool_call> text'])
    expect(read('</tool_call><function=other></function>')).toEqual(['</tool_call><function=other></function>'])
    expect(read('</tool_call><tool=f></tool_call>')).toEqual(['</tool_call><tool=f></tool_call>'])
  })
})
