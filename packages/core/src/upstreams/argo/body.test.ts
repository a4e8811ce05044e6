import { describe, expect, test } from 'vitest'
import type { ChatRequest, Message } from '../../contract/request.ts'
import { body, calls, request, upstream } from './asked.test.support.ts'

describe('the body for ARGO', () => {
  test('has the account, the internal id and the sampling fields', () => {
    const fields = { temperature: 0.5, topP: 0.9, maxOutputTokens: 10, stop: ['END'], presencePenalty: 1 }
    expect(body(fields)).toEqual({
      user: 'ada',
      model: 'gpt4o',
      messages: [{ role: 'user', content: 'Hi' }],
      temperature: 0.5,
      top_p: 0.9,
      max_tokens: 10,
      stop: ['END'],
      presence_penalty: 1,
    })
  })

  test('needs an account', () => {
    expect(() => upstream().answer(request(), 'complete', {})).toThrow(/set `user`/)
  })

  test('says developer as system, null as an empty text, and parts as one text', () => {
    const messages: Message[] = [
      { role: 'developer', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'one' },
          { type: 'text', text: 'two' },
        ],
        name: 'bob',
      },
      { role: 'assistant', content: null, refusal: 'No.' },
      { role: 'user', content: 'Why?' },
      { role: 'assistant', content: null },
    ]
    expect(body({ messages }).messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'one\n\ntwo' },
      { role: 'assistant', content: 'No.' },
      { role: 'user', content: 'Why?' },
      { role: 'assistant', content: '' },
    ])
  })

  test('carries images as data URLs and refuses what the gateway would have to fetch', () => {
    const url = 'data:image/png;base64,AAAA'
    const withImage = (imageUrl: string): Message[] => [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image', url: imageUrl, detail: 'low' },
        ],
      },
    ]
    expect(body({ messages: withImage(url) }).messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image_url', image_url: { url, detail: 'low' } },
        ],
      },
    ])
    const refused = { status: 400, code: 'unsupported_value', param: 'messages[0].content[1].image_url.url' }
    expect(() => body({ messages: withImage('https://x.test/a.png') })).toThrow(expect.objectContaining(refused))
    const textOnly = { param: 'messages[0].content[1]' }
    expect(() => body({ model: 'o3-mini', messages: withImage(url) })).toThrow(expect.objectContaining(textOnly))
  })

  test('refuses parts that it cannot carry, by their place', () => {
    const audio: Message = { role: 'user', content: [{ type: 'other', value: { type: 'input_audio' } }] }
    const refused = expect.objectContaining({ status: 400, param: 'messages[1].content[0]' })
    expect(() => body({ messages: [{ role: 'user', content: 'a' }, audio] })).toThrow(refused)
  })

  test('speaks tool calls and results of the history as text where no tools are offered', () => {
    const messages: Message[] = [
      { role: 'user', content: 'Weather?' },
      {
        role: 'assistant',
        content: 'Let me see.',
        toolCalls: [{ id: 'c1', name: 'weather', arguments: '{"city":"Bonn"}' }],
      },
      { role: 'tool', toolCallId: 'c1', content: 'rain' },
      { role: 'tool', toolCallId: 'lost', content: [{ type: 'text', text: 'sun' }] },
      { role: 'user', content: 'So?' },
    ]
    expect(body({ messages }).messages).toEqual([
      { role: 'user', content: 'Weather?' },
      { role: 'assistant', content: 'Let me see.\n\n[I called the tool weather with {"city":"Bonn"}]' },
      { role: 'user', content: '[Result of the tool weather]\nrain\n\n[Result of the tool]\nsun' },
      { role: 'user', content: 'So?' },
    ])
  })
})

describe('what ARGO cannot carry', () => {
  test.each([
    [{ logprobs: { top: 2 } }, 'logprobs'],
    [{ responseFormat: { type: 'json-object' } }, 'response_format'],
    [{ prompts: [[1, 2]] }, 'prompt'],
    [{ tools: [{ name: 'f' }] }, 'tools'],
    [{ extra: { logit_bias: { 5: 1 } } }, 'logit_bias'],
    [{ extra: { modalities: ['text', 'audio'] } }, 'modalities'],
    [{ extra: { audio: { voice: 'a' } } }, 'audio'],
    [{ extra: { web_search_options: {} } }, 'web_search_options'],
    [{ extra: { best_of: 3 } }, 'best_of'],
  ] satisfies [Partial<ChatRequest>, string][])('is a 400 that names it: %j', (fields, param) => {
    const refused = expect.objectContaining({ status: 400, code: 'unsupported_parameter', param })
    expect(() => calls(fields)).toThrow(refused)
  })

  test.each([
    { responseFormat: { type: 'text' } },
    { extra: { logit_bias: {}, modalities: ['text'], audio: null, store: false, best_of: 1, service_tier: 'auto' } },
    { tools: [{ name: 'f' }], toolChoice: { type: 'none' } },
  ] satisfies Partial<ChatRequest>[])('is not meant by %j', (fields) => {
    expect(body(fields)).toEqual({ user: 'ada', model: 'gpt4o', messages: [{ role: 'user', content: 'Hi' }] })
    expect(calls(fields)[0]?.dropped).toEqual([])
  })
})
