import { describe, expect, test } from 'vitest'
import { isSecretName, redact, redactText } from './redact.ts'

describe('names of secrets', () => {
  test.each([
    'authorization',
    'Proxy-Authorization',
    'x-api-key',
    'api_key',
    'apiKey',
    'cookie',
    'client_secret',
    'access_token',
    'token',
    'password',
  ])('%s is one', (name) => expect(isSecretName(name)).toBe(true))

  test.each(['max_tokens', 'inputTokens', 'model', 'key', 'tokenizer', 'keyboard', 'author'])('%s is none', (name) =>
    expect(isSecretName(name)).toBe(false),
  )
})

describe('texts', () => {
  test.each([
    ['key sk-abcdef123456 is wrong', 'key sk-*** is wrong'],
    ['Authorization: Bearer abc.def-ghi', 'Authorization: Bearer ***'],
    ['http://me:hunter2@host/v1', 'http://me:***@host/v1'],
    ['https://host/v1?api_key=hunter2&a=1', 'https://host/v1?api_key=***&a=1'],
    ['{"api_key": "hunter2", "a": 1}', '{"api_key": "***", "a": 1}'],
    ['a task-force and a disk-based one', 'a task-force and a disk-based one'],
    ['the bearer of news', 'the bearer of news'],
  ])('%s', (text, expected) => expect(redactText(text)).toBe(expected))
})

test('a deep copy keeps what is harmless and does not touch the original', () => {
  const original = { headers: { authorization: 'x', accept: 'y' }, list: ['a', { token: 't' }], none: null }
  expect(redact(original)).toEqual({
    headers: { authorization: '***', accept: 'y' },
    list: ['a', { token: '***' }],
    none: null,
  })
  expect(original.headers.authorization).toBe('x')
})

test('a structure that holds itself ends', () => {
  const loop: Record<string, unknown> = {}
  loop.self = loop
  expect(JSON.stringify(redact(loop))).toContain('…')
})

test('what JSON cannot hold, or would hold at length, becomes its name', () => {
  const value = { bytes: Buffer.from('secret'), big: 1n, run: () => 1, map: new Map() }
  expect(redact(value)).toEqual({ bytes: '[Buffer]', big: '[bigint]', run: '[function]', map: '[Map]' })
})
