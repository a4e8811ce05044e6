import type { ModelFamily, Tool } from 'argo-proxy'
import { describe, expect, test } from 'vitest'
import { toolPrompt } from './tool-prompt.ts'

const tools = new Map<string, Tool>([
  [
    'weather.get',
    { name: 'weather.get', description: 'Says the weather.', parameters: { type: 'object', required: ['city'] } },
  ],
  ['ping', { name: 'ping' }],
])
const families: ModelFamily[] = ['openai', 'anthropic', 'google', 'other']

describe.each(families)('the prompt for models of %s', (family) => {
  const prompt = toolPrompt(tools, {}, family)

  test('lists the tools as JSON, their names unaltered', () => {
    const list = /<tools>\n([\s\S]*)\n<\/tools>/.exec(prompt)?.[1] ?? ''
    expect(JSON.parse(list)).toEqual([
      { name: 'weather.get', description: 'Says the weather.', parameters: { type: 'object', required: ['city'] } },
      { name: 'ping', parameters: { type: 'object', properties: {} } },
    ])
  })

  test('shows the form of a call and is short', () => {
    expect(prompt).toContain('<tool_call>\n{"name": ')
    expect(prompt).toContain('</tool_call>')
    expect(prompt).toContain('<tool_response>')
    expect(toolPrompt(new Map(), {}, family).length).toBeLessThan(1_000)
  })
})

describe('the choice of tools', () => {
  test.each([
    [undefined, 'answer without a call'],
    [{ type: 'auto' }, 'answer without a call'],
    [{ type: 'required' }, 'must call at least one function'],
    [{ type: 'tool', name: 'ping' }, 'must call the function "ping"'],
    [{ type: 'allowed', mode: 'required', names: ['ping'] }, 'must call at least one function'],
    [{ type: 'allowed', mode: 'auto', names: ['ping'] }, 'answer without a call'],
  ] as const)('%j is told', (toolChoice, words) => {
    const choice = toolChoice?.type === 'allowed' ? { ...toolChoice, names: [...toolChoice.names] } : toolChoice
    expect(toolPrompt(tools, { toolChoice: choice }, 'openai')).toContain(words)
  })

  test('parallel calls are told, or that there are none', () => {
    expect(toolPrompt(tools, {}, 'openai')).toContain('several functions')
    expect(toolPrompt(tools, { parallelToolCalls: false }, 'openai')).toContain('at most one function')
  })
})
