import { describe, expect, test } from 'vitest'
import { dialects, readEveryWay, toolsNamed } from '../parser/read.test.fixture.ts'

const options = {
  dialects: await dialects('yaml-in-xml'),
  tools: toolsNamed(
    [
      'write',
      {
        type: 'object',
        properties: {
          path: { type: 'string' },
          content: { type: 'string' },
          count: { type: 'integer' },
          tags: { type: 'array' },
        },
        required: ['path'],
      },
    ],
    'free',
  ),
}

function argumentsOf(text: string): unknown {
  return readEveryWay(text, options).calls.map((call) => JSON.parse(call.arguments))[0]
}

describe('YAML in a tag', () => {
  test.each([
    ['block texts', 'path: a\ncontent: |\n  x:\n    y\n', { path: 'a', content: 'x:\n  y\n' }],
    ['folded texts', 'content: >-\n  x\n  y\n', { content: 'x y' }],
    ['texts that look like something else', 'path: 007\ncontent: true\n', { path: '007', content: 'true' }],
    ['numbers in quotes', 'count: "5"\n', { count: 5 }],
    ['lists', 'tags: [a, 5]\n', { tags: ['a', 5] }],
    ['names that the schema does not know', 'path: a\nother: b\n', { path: 'a' }],
    ['CRLF', 'path: a\r\ncontent: |-\r\n  x\r\n', { path: 'a', content: 'x' }],
    ['nothing', '', {}],
    [
      'a text of several lines without a sign',
      'path: a\ncontent: def f():\n    """doc: x"""\n- y\n',
      { path: 'a', content: 'def f():\n    """doc: x"""\n- y\n' },
    ],
    ['an alias that is none', 'path: a\ncontent: *bold* text\n', { path: 'a', content: '*bold* text' }],
  ])('by the schema: %s', (_what, body, expected) => {
    expect(argumentsOf(`<write>\n${body}</write>`)).toEqual(expected)
  })

  test('without a schema: as YAML has it', () => {
    expect(argumentsOf('<free>\na: 5\nb: {c: [x, null]}\nd: 2024-01-01\n</free>')).toEqual({
      a: 5,
      b: { c: ['x', null] },
      d: '2024-01-01',
    })
  })

  test.each(['[1, 2', 'just words', 'path: a\npath: b\nx: [', 'other: [\n'])(
    'is no call where it is none: %j',
    (body) => {
      const text = `<write>\n${body}\n</write>`
      expect(readEveryWay(text, options)).toEqual({ content: text, calls: [] })
    },
  )

  test('a call as JSON in tool_call is read the same way', () => {
    const text = '<tool_call>\n{"name": "write", "arguments": {"path": "a", "other": 1}}\n</tool_call>'
    expect(argumentsOf(text)).toEqual({ path: 'a' })
  })

  test('nested too deep is no call, and no crash', () => {
    const text = `<free>\na: ${'['.repeat(5_000)}\n</free>`
    expect(readEveryWay(text.slice(0, 40), options).calls).toEqual([])
    expect(argumentsOf(`<free>\na: ${'['.repeat(50)}${']'.repeat(50)}\n</free>`)).toHaveProperty('a')
  })
})
