import type { ChatRequest, ToolChoice, UpstreamTraits } from 'argo-proxy'
import { fakeRequest, fakeUpstream } from 'argo-proxy/testing'
import { describe, expect, test } from 'vitest'
import { createNativeMemory } from './native-memory.ts'
import { rewriteRequest } from './rewrite.ts'

const tools = [{ name: 'f' }, { name: 'g', parameters: { type: 'object' } }]
const openai = fakeUpstream({ kind: 'openai', nativeTools: true, nativeResponseFormat: true })
const argo = fakeUpstream({ nativeTools: true })

function rewritten(
  parts: Partial<ChatRequest>,
  upstream: UpstreamTraits = argo,
  ways: Parameters<typeof rewriteRequest>[2] = 'auto',
  memory = createNativeMemory(60_000),
): ChatRequest {
  return rewriteRequest(fakeRequest(parts), upstream, ways, memory)
}

function systemOf({ messages }: ChatRequest): string {
  const [first] = messages
  return first?.role === 'system' && typeof first.content === 'string' ? first.content : ''
}

describe('tools in the prompt', () => {
  test('leave the request, with all that belongs to them', () => {
    const request = rewritten({ tools, toolChoice: { type: 'auto' }, parallelToolCalls: true, temperature: 0 })
    expect(request).toEqual({
      ...fakeRequest({ temperature: 0 }),
      messages: [
        { role: 'system', content: expect.stringContaining('"name":"g"') },
        { role: 'user', content: 'Hello' },
      ],
    })
  })

  test.each([[{ role: 'system', content: 'Be kind.' }], [{ role: 'developer', content: 'Be kind.' }]] as const)(
    'come behind what the client instructs: %j',
    (message) => {
      const request = rewritten({ tools, messages: [{ role: 'user', content: 'Hi' }, message] })
      expect(request.messages).toHaveLength(2)
      expect(request.messages[1]).toEqual({ ...message, content: expect.stringMatching(/^Be kind\.\n\n# Functions/) })
    },
  )

  test('come behind instructions in parts', () => {
    const request = rewritten({ tools, messages: [{ role: 'system', content: [{ type: 'text', text: 'Be kind.' }] }] })
    expect(request.messages[0]?.content).toHaveLength(2)
  })

  test.each<[ToolChoice, string[]]>([
    [{ type: 'auto' }, ['f', 'g']],
    [{ type: 'required' }, ['f', 'g']],
    [{ type: 'tool', name: 'g' }, ['g']],
    [{ type: 'allowed', mode: 'auto', names: ['f'] }, ['f']],
    [{ type: 'none' }, []],
  ])('are those that %j allows', (toolChoice, names) => {
    const prompt = systemOf(rewritten({ tools, toolChoice }))
    expect([...prompt.matchAll(/^\{"name":"(\w+)"/gm)].map((match) => match[1])).toEqual(names)
    if (names.length === 0) expect(prompt).toBe('')
  })

  test('that a choice names and nobody declared are refused', () => {
    expect(() => rewritten({ tools, toolChoice: { type: 'tool', name: 'h' } })).toThrow(
      expect.objectContaining({ code: 'invalid_value', param: 'tool_choice', message: expect.stringContaining('"h"') }),
    )
  })

  test('or not, a history with calls becomes text', () => {
    const request = rewritten({
      messages: [
        { role: 'assistant', content: null, toolCalls: [{ id: '1', name: 'f', arguments: '{}' }] },
        { role: 'tool', toolCallId: '1', content: 'done' },
      ],
    })
    expect(request.messages.map(({ role }) => role)).toEqual(['assistant', 'user'])
  })

  test('nothing of it: the request stays the very same', () => {
    const request = fakeRequest()
    expect(rewriteRequest(request, argo, 'auto', createNativeMemory(0))).toBe(request)
  })
})

describe('native tools', () => {
  const isNative = (request: ChatRequest) => request.tools !== undefined

  test.each([
    ['auto', openai, true],
    ['auto', argo, false],
    ['native', argo, true],
    ['native', fakeUpstream(), false],
    ['prompted', openai, false],
    [{ default: 'prompted', openai: 'native' }, argo, true],
    [{ default: 'native', openai: 'prompted' }, argo, false],
    [{ default: 'native', google: 'prompted' }, argo, true],
  ] as const)('by configuration: %j', (ways, upstream, native) => {
    expect(isNative(rewritten({ tools }, upstream, ways))).toBe(native)
  })

  test('are not asked of a model that has refused them, for a while', () => {
    let now = 0
    const memory = createNativeMemory(1_000, () => now)
    memory.remember('test-model')
    expect(isNative(rewritten({ tools }, openai, 'auto', memory))).toBe(false)
    expect(isNative(rewritten({ tools, model: 'other' }, openai, 'auto', memory))).toBe(true)
    now = 1_000
    expect(isNative(rewritten({ tools }, openai, 'auto', memory))).toBe(true)
  })

  test('pass as they are', () => {
    const request = fakeRequest({ tools, toolChoice: { type: 'required' }, parallelToolCalls: false })
    expect(rewriteRequest(request, openai, 'auto', createNativeMemory(0))).toBe(request)
  })
})

describe('a response format', () => {
  const responseFormat = { type: 'json-schema', name: 'city', schema: { type: 'object', required: ['city'] } } as const

  test('is put into the prompt where the wire knows none', () => {
    const request = rewritten({ responseFormat })
    expect(request).not.toHaveProperty('responseFormat')
    expect(systemOf(request)).toContain('{"type":"object","required":["city"]}')
    expect(systemOf(rewritten({ responseFormat: { type: 'json-object' } }))).toContain('one JSON object')
  })

  test('passes where the wire knows it, and a plain text needs nothing', () => {
    expect(rewritten({ responseFormat }, openai).responseFormat).toBe(responseFormat)
    expect(rewritten({ responseFormat: { type: 'text' } }).messages).toHaveLength(1)
  })

  test('stands beside tools', () => {
    const prompt = systemOf(rewritten({ responseFormat, tools }))
    expect(prompt).toContain('# Functions')
    expect(prompt).toContain('# Form of the answer')
  })
})
