import { describe, expect, test } from 'vitest'
import type { CallOutcome } from '../../pipeline/call-end.ts'
import { ending } from '../../pipeline/ending.ts'
import { checkEventGrammar } from '../../testing/event-grammar.ts'
import { byByte, everySplit } from '../../testing/every-split.ts'
import { answered, decoded, errorOf, textOf } from '../decoded.test.support.ts'
import { decodeText } from './decode-text.ts'

const text = 'Energie: 3 eV — λ, 日本語, 🔬👩‍🔬 done'
const read = (chunks: Iterable<string | Uint8Array>, outcome: CallOutcome = 'complete') =>
  answered(decodeText('m'), chunks, ending({ outcome, done: false }, 0, 'm'))
const types = (chunks: (string | Uint8Array)[]) => decoded(decodeText('m'), chunks).map(({ type }) => type)

describe('the text stream', () => {
  test('gives the start with the first bytes, then one delta for each chunk, and no end of its own', () => {
    const events = decoded(decodeText('gpt-4o'), ['Hello', ' world'])
    expect(events).toEqual([
      { type: 'start', id: '', model: 'gpt-4o', created: expect.any(Number) },
      { type: 'text-delta', choice: 0, delta: 'Hello' },
      { type: 'text-delta', choice: 0, delta: ' world' },
    ])
  })

  test('gives each delta in the call that its chunk came with', () => {
    const decoder = decodeText('m')
    let count = 0
    decoder.write(Buffer.from('Hello'), () => {
      count += 1
    })
    expect(count).toBe(2)
  })

  test('keeps every character whole at every split', () => {
    for (const chunks of everySplit(text)) {
      const events = read(chunks)
      expect(textOf(events)).toBe(text)
      checkEventGrammar(events)
    }
    expect(textOf(read(byByte(text)))).toBe(text)
  })

  test('takes bytes that are no UTF-8 as U+FFFD, also at the end', () => {
    const bytes = Buffer.from([0x61, 0xff, 0x62, 0xe2, 0x82])
    for (const chunks of everySplit(bytes)) expect(textOf(decoded(decodeText('m'), chunks))).toBe('a\uFFFDb\uFFFD')
  })

  test('is an error where the connection was cut, and where nothing came', () => {
    expect(errorOf(read(['Hel'], 'unproven')).code).toBe('upstream_disconnected')
    expect(errorOf(read([])).code).toBe('upstream_invalid_answer')
  })
})

describe('the notice to unknown accounts', () => {
  const notices = [
    'AUTHENTICATION NOTICE FROM ARGO: the user eve is not registered',
    '⚠️ **IMPORTANT AUTHENTICATION NOTICE FROM ARGO** ⚠️\n\nYou are eve.',
    '\n\n# ❗ Authentication notice from Argo\n> eve',
  ]
  test.each(notices)('becomes an error at every split: %s', (notice) => {
    for (const chunks of [...everySplit(notice), byByte(notice)]) {
      const events = read(chunks)
      expect(events.map(({ type }) => type)).toEqual(['error'])
      expect(errorOf(events)).toMatchObject({ status: 401, type: 'authentication_error', code: 'unknown_account' })
      expect(errorOf(events).message).toMatch(/set `user`.*eve/)
    }
  })

  test.each([
    ['Authentication is hard', ['Authentication is hard']],
    ['a first word that could begin it', ['A', ' word']],
    ['only signs', ['** ', '!']],
    ['it in the midst of an answer', ['Look: AUTHENTICATION NOTICE FROM ARGO']],
  ])('is not seen in %s', (_what, chunks) => {
    const events = read(chunks)
    expect(textOf(events)).toBe(chunks.join(''))
    expect(events.at(-1)?.type).toBe('finish')
  })

  test('holds back only what could still become it', () => {
    expect(types(['Hi'])).toEqual(['start', 'text-delta'])
    expect(types(['12'])).toEqual(['start', 'text-delta'])
    expect(types(['👋'])).toEqual(['start', 'text-delta'])
    const decoder = decodeText('m')
    const seen: string[] = []
    for (const chunk of ['Auth', 'ority', '!']) {
      decoder.write(Buffer.from(chunk), (event) => seen.push(event.type === 'text-delta' ? event.delta : event.type))
      seen.push('|')
    }
    expect(seen).toEqual(['|', 'start', 'Authority', '|', '!', '|'])
  })

  test('does not hold back endless signs', () => {
    expect(types(['-'.repeat(200)])).toEqual(['start', 'text-delta'])
  })
})
