import { describe, expect, test } from 'vitest'
import { dialects, eventsOfText, readEveryWay, readText, toolsNamed } from './read.test.fixture.ts'

const options = { dialects: await dialects('hermes', 'qwen3-coder', 'glm'), tools: toolsNamed('write'), live: true }

function deltasOf(pieces: readonly string[]): string[] {
  return eventsOfText(pieces, options).flatMap((event) => {
    if (event.type === 'text') return [event.text]
    if (event.type === 'call-start') return [`start ${event.name}`]
    return event.type === 'call-delta' ? [event.delta] : [event.type]
  })
}

describe('live calls', () => {
  test('give out the name once it is known, and the arguments as they are written', () => {
    const pieces = [
      'Now: <tool',
      '_call>{"name"',
      ': "write", ',
      '"arguments": {"a": ',
      '"one ',
      'two"',
      '}',
      '}</tool_call> ok',
    ]
    expect(deltasOf(pieces)).toEqual(['Now: ', 'start write', '{"a": ', '"one ', 'two"', '}', 'call-end', ' ok'])
  })

  test('wait for a name that comes behind the arguments', () => {
    const pieces = ['<tool_call>{"arguments": {"a": 1', '}, "name": "write"', '}</tool_call>']
    expect(deltasOf(pieces)).toEqual(['start write', '{"a": 1', '}', 'call-end'])
  })

  test.each([
    '<tool_call>{"name": "write", "arguments": {"a": "x\\n\\u00e9", "b": [1, 2]}}</tool_call>',
    'a <tool_call>{"name": "write", "arguments": "{\\"a\\": 1}"}</tool_call> b',
    '<tool_call>{"name": "other", "arguments": {"a": 1}}</tool_call>',
    "<tool_call>{name: 'write', 'arguments': {'a': 'b'}}</tool_call>",
    '<tool_call>{"name": "write", "arguments": {"a": "it\\\'s", "b": 1,},}</tool_call>',
    '<tool_call>{"name": "write", "arguments": {"a": [1, 2, ], /* so */ "b": "line\nline"}}</tool_call>',
    '<tool_call>[{"name": "write"}, {"name": "write", "arguments": {}}]</tool_call>',
    '<tool_call><function=write><parameter=a>1</parameter></function></tool_call>',
    '<tool_call>{"name": "write"}</tool_call>',
  ])('end as they would when not live: %s', (text) => {
    expect(readEveryWay(text, options)).toEqual(readText([text], { ...options, live: false }))
  })

  test('that are cut are reported so, and never look whole', () => {
    const text = '<tool_call>{"name": "write", "arguments": {"a": {"b": 1}}}'
    const begun = text.indexOf('{"a"') + 1
    for (let length = begun; length < text.length; length += 1) {
      const { calls, broken } = readText(text.slice(0, length).split(''), options)
      expect(broken).toBe('cut')
      expect(() => JSON.parse(calls[0]?.arguments ?? '')).toThrow()
    }
  })

  test('that turn out to be malformed are reported so', () => {
    const read = readText('<tool_call>{"name": "write", "arguments": {"a": "say "hi""}} more'.split(''), options)
    expect(read.broken).toBe('malformed')
    expect(read.content).toBe('')
  })
})
