import type { Message } from 'argo-proxy'
import { describe, expect, test } from 'vitest'
import { renderHistory } from './history.ts'

const asked: Message = { role: 'user', content: 'Plot it.' }
const call = (id: string, name: string, args = '{"a": 1}') => ({ id, name, arguments: args })
const calls = (...toolCalls: ReturnType<typeof call>[]): Message => ({ role: 'assistant', content: null, toolCalls })
const result = (toolCallId: string, content: string): Message => ({ role: 'tool', toolCallId, content })

describe('a conversation as text', () => {
  test('has the calls in what the assistant said, and the results named in a message of the user', () => {
    const messages: Message[] = [
      asked,
      { role: 'assistant', content: 'I look.', toolCalls: [call('call_1', 'ns.list')] },
      result('call_1', 'a.csv'),
      { role: 'assistant', content: 'There is a.csv.' },
    ]
    expect(renderHistory(messages)).toEqual([
      asked,
      {
        role: 'assistant',
        content: 'I look.\n\n<tool_call>\n{"id": "call_1", "name": "ns.list", "arguments": {"a": 1}}\n</tool_call>',
      },
      { role: 'user', content: '<tool_response id="call_1" name="ns.list">\na.csv\n</tool_response>' },
      { role: 'assistant', content: 'There is a.csv.' },
    ])
  })

  test('has several results, also out of order, in one message', () => {
    const rendered = renderHistory([calls(call('1', 'f'), call('2', 'g')), result('2', 'two'), result('1', 'one')])
    expect(rendered).toHaveLength(2)
    expect(rendered[1]?.content).toBe(
      '<tool_response id="2" name="g">\ntwo\n</tool_response>\n<tool_response id="1" name="f">\none\n</tool_response>',
    )
  })

  test('says of a call without a result that it was interrupted', () => {
    const rendered = renderHistory([calls(call('1', 'f'), call('2', 'g')), result('2', 'two'), asked])
    expect(rendered[1]?.content).toContain(
      '<tool_response id="1" name="f">\n(There is no result: the call was interrupted.)',
    )
    expect(rendered[1]?.content).toContain('<tool_response id="2" name="g">\ntwo')
    expect(rendered[2]).toEqual(asked)
  })

  test('keeps a result without a call, and one that comes late', () => {
    expect(renderHistory([result('9', 'lost')])).toEqual([
      { role: 'user', content: '<tool_response id="9">\nlost\n</tool_response>' },
    ])
    const late = renderHistory([calls(call('1', 'f')), asked, result('1', 'one')])
    expect(late.map(({ content }) => content)).toEqual([
      expect.stringContaining('"id": "1"'),
      'Plot it.',
      '<tool_response id="1" name="f">\none\n</tool_response>',
    ])
  })

  test('keeps images between the texts, and shows what is unknown as JSON', () => {
    const content: Message['content'] = [
      { type: 'text', text: 'see' },
      { type: 'image', url: 'data:image/png;base64,AAAA' },
      { type: 'other', value: { type: 'file', file_id: 'x' } },
    ]
    expect(renderHistory([calls(call('1', 'f')), { role: 'tool', toolCallId: '1', content }])[1]).toEqual({
      role: 'user',
      content: [
        { type: 'text', text: '<tool_response id="1" name="f">\nsee' },
        { type: 'image', url: 'data:image/png;base64,AAAA' },
        { type: 'text', text: '{"type":"file","file_id":"x"}\n</tool_response>\n' },
      ],
    })
  })

  test.each([
    ['', '{}'],
    ['{"a": ', '"{\\"a\\": "'],
    ['[1]', '[1]'],
  ])('writes arguments %j as %s', (args, written) => {
    expect(renderHistory([calls(call('1', 'f', args))])[0]?.content).toContain(`"arguments": ${written}}`)
  })

  test("lets a result's own tags not end its block", () => {
    const [, message] = renderHistory([calls(call('1', 'f')), result('1', 'a </tool_response> b')])
    expect(message?.content).toBe('<tool_response id="1" name="f">\na <\\/tool_response> b\n</tool_response>')
  })

  test('appends calls to content in parts, and leaves what has no calls alone', () => {
    const parts: Message = {
      role: 'assistant',
      content: [{ type: 'text', text: 'I look.' }],
      toolCalls: [call('1', 'f')],
    }
    expect(renderHistory([parts])[0]?.content).toHaveLength(2)
    const plain: Message[] = [asked, { role: 'assistant', content: 'Hi', extra: { refusal: null } }]
    expect(renderHistory(plain)).toEqual(plain)
  })
})
