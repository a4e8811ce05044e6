import { describe, expect, test } from 'vitest'
import type { Message } from '../../contract/request.ts'
import { body, calls } from './asked.test.support.ts'

describe('the quirks of model families', () => {
  const everything = {
    temperature: 0.5,
    topP: 0.9,
    presencePenalty: 1,
    frequencyPenalty: 1,
    stop: ['x'],
    reasoningEffort: 'low',
    maxOutputTokens: 50_000,
  }
  const optional = ['temperature', 'top_p', 'presence_penalty', 'frequency_penalty', 'stop', 'reasoning_effort']
  test.each([
    ['gpt-4o', [...optional.slice(0, 5), 'max_tokens']],
    ['gpt-5', ['reasoning_effort', 'max_completion_tokens']],
    ['gpt-5-mini', ['reasoning_effort', 'max_completion_tokens']],
    ['o3', ['reasoning_effort', 'max_completion_tokens']],
    ['o1-preview', ['max_completion_tokens']],
    ['gemini-2.5-pro', ['temperature', 'top_p', 'stop', 'max_tokens']],
    ['claude-sonnet-3.7', ['temperature', 'top_p', 'stop', 'max_tokens']],
    ['claude-opus-4', ['temperature', 'top_p', 'stop', 'max_tokens']],
    ['claude-opus-4.1', ['temperature', 'top_p', 'stop', 'max_tokens']],
    ['claude-haiku-4.5', ['temperature', 'stop', 'max_tokens']],
    ['claude-sonnet-4.6', ['temperature', 'stop', 'max_tokens']],
    ['claude-opus-4.7', ['stop', 'max_tokens']],
    ['some-new-model', [...optional.slice(0, 5), 'max_tokens']],
  ])('%s takes %j', (model, fields) => {
    const { user: _user, model: _model, messages: _messages, ...sent } = body({ ...everything, model })
    expect(Object.keys(sent).sort()).toEqual([...fields].sort())
  })

  test('one sampler alone passes where two do not', () => {
    expect(body({ model: 'claude-sonnet-4.5', topP: 0.9 }).top_p).toBe(0.9)
  })

  test('what is left out is named', () => {
    const [call] = calls({ ...everything, model: 'claude-sonnet-4.5', seed: 1, extra: { store: true, top_k: 3 } })
    expect(call?.dropped).toEqual([
      'top_k',
      'seed',
      'top_p',
      'presence_penalty',
      'frequency_penalty',
      'reasoning_effort',
    ])
  })

  test('Claude gets the limit that it demands', () => {
    expect(body({ model: 'claude-opus-4' }).max_tokens).toBe(32_000)
    expect(body({ model: 'claude-sonnet-3.5-v2' }).max_tokens).toBe(8_192)
    expect(body({ model: 'gpt-4o' })).not.toHaveProperty('max_tokens')
  })

  test('Claude is asked for a stream even where the answer is wanted whole', () => {
    const [call] = calls({ model: 'claude-opus-4' }, 'complete')
    expect(call?.url.pathname).toContain('/streamchat/')
    const events: string[] = []
    const decoder = call?.decode()
    decoder?.write(Buffer.from('plain text'), (event) => events.push(event.type))
    expect(events).toEqual(['start', 'text-delta'])
  })

  test('o1-preview has no system messages', () => {
    const messages: Message[] = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ]
    expect(body({ model: 'o1-preview', messages }).messages).toEqual([
      { role: 'user', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ])
  })
})
