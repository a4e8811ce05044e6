import { describe, expect, test } from 'vitest'
import type { Message, ToolChoice } from '../../contract/request.ts'
import { body, bodyOf, calls } from './asked.test.support.ts'

describe('native tools', () => {
  const parameters = { type: 'object', properties: { city: { type: 'string' } } }
  const tools = [{ name: 'weather', description: 'Weather', parameters, strict: true }, { name: 'now' }]
  const history: Message[] = [
    { role: 'user', content: 'Weather?' },
    {
      role: 'assistant',
      content: 'Both.',
      toolCalls: [
        { id: 'c1', name: 'weather', arguments: '{"city":"Bonn"}' },
        { id: 'c2', name: 'now', arguments: '' },
      ],
    },
    { role: 'tool', toolCallId: 'c2', content: 'noon' },
    { role: 'tool', toolCallId: 'c1', content: 'rain' },
  ]

  test('are asked for whole: calls do not come in the stream', () => {
    expect(calls({ tools }, 'stream', true)[0]?.url.pathname).toContain('/resource/chat/')
    const [claude] = calls({ tools, model: 'claude-opus-4', maxOutputTokens: 64_000 }, 'stream', true)
    expect(claude?.url.pathname).toContain('/resource/chat/')
    expect(bodyOf(claude).max_tokens).toBe(21_000)
  })

  test('have OpenAI’s form for its models', () => {
    const sent = body(
      { tools, messages: history, toolChoice: { type: 'tool', name: 'now' }, parallelToolCalls: false },
      true,
    )
    expect(sent.tools).toEqual([
      { type: 'function', function: { name: 'weather', description: 'Weather', parameters, strict: true } },
      { type: 'function', function: { name: 'now' } },
    ])
    expect(sent.tool_choice).toEqual({ type: 'function', function: { name: 'now' } })
    expect(sent.parallel_tool_calls).toBe(false)
    expect(sent.messages).toEqual([
      { role: 'user', content: 'Weather?' },
      {
        role: 'assistant',
        content: 'Both.',
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Bonn"}' } },
          { id: 'c2', type: 'function', function: { name: 'now', arguments: '' } },
        ],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'rain' },
      { role: 'tool', tool_call_id: 'c2', content: 'noon' },
    ])
  })

  test('have Anthropic’s form for Claude', () => {
    const sent = body(
      { model: 'claude-opus-4', tools, messages: history, toolChoice: { type: 'required' }, parallelToolCalls: false },
      true,
    )
    expect(sent.tools).toEqual([
      { name: 'weather', description: 'Weather', input_schema: parameters },
      { name: 'now', input_schema: { type: 'object', properties: {} } },
    ])
    expect(sent.tool_choice).toEqual({ type: 'any', disable_parallel_tool_use: true })
    expect(sent).not.toHaveProperty('parallel_tool_calls')
    expect(sent.messages).toEqual([
      { role: 'user', content: 'Weather?' },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Both.' },
          { type: 'tool_use', id: 'c1', name: 'weather', input: { city: 'Bonn' } },
          { type: 'tool_use', id: 'c2', name: 'now', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'c1', content: 'rain' },
          { type: 'tool_result', tool_use_id: 'c2', content: 'noon' },
        ],
      },
    ])
  })

  test('have Google’s form for Gemini, call after call', () => {
    const sent = body({ model: 'gemini-2.5-pro', tools, messages: history }, true)
    expect(sent.tools).toEqual([{ name: 'weather', description: 'Weather', parameters }, { name: 'now' }])
    expect(sent).not.toHaveProperty('tool_choice')
    expect(sent.messages).toEqual([
      { role: 'user', content: 'Weather?' },
      { role: 'assistant', content: 'Both.', tool_calls: [{ id: 'c1', name: 'weather', args: { city: 'Bonn' } }] },
      { role: 'tool', tool_call_id: 'c1', content: 'rain', name: 'weather' },
      { role: 'assistant', content: '', tool_calls: [{ id: 'c2', name: 'now', args: {} }] },
      { role: 'tool', tool_call_id: 'c2', content: 'noon', name: 'now' },
    ])
    const forced = { model: 'gemini-2.5-pro', tools, toolChoice: { type: 'required' } } as const
    expect(() => body(forced, true)).toThrow(expect.objectContaining({ param: 'tool_choice' }))
  })

  test('give a call without a result one, since the vendors refuse it otherwise', () => {
    const sent = body({ tools, messages: [...history.slice(0, 3), { role: 'user', content: 'So?' }] }, true)
    expect(sent.messages).toContainEqual({ role: 'tool', tool_call_id: 'c1', content: '(no result)' })
  })

  test('offer only those that are allowed', () => {
    const toolChoice: ToolChoice = { type: 'allowed', mode: 'required', names: ['now'] }
    const sent = body({ tools, toolChoice }, true)
    expect(sent.tools).toEqual([{ type: 'function', function: { name: 'now' } }])
    expect(sent.tool_choice).toBe('required')
  })
})
