import { PassThrough } from 'node:stream'
import { describe, expect, test, vi } from 'vitest'
import { createLogger, type LogLevel } from './log.ts'

function logged(
  level: LogLevel,
  write: (log: ReturnType<typeof createLogger>) => void,
  secrets: string[] = [],
): string {
  const stream = new PassThrough()
  const log = createLogger({ level, stream })
  log.hide(secrets)
  write(log)
  return String(stream.read() ?? '')
}

describe('a log line', () => {
  test('has time, level, message and details', () => {
    const text = logged('info', (log) => log.info('answered', { status: 200, model: 'gpt-4o', why: 'two words' }))
    expect(text).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z info {2}answered status=200 model=gpt-4o why="two words"\n$/)
  })

  test('says the time to the millisecond, in UTC', () => {
    vi.useFakeTimers()
    for (const time of ['2026-01-02T03:04:05.006Z', '2026-01-02T03:04:05.999Z', '2026-01-02T03:04:06.000Z']) {
      vi.setSystemTime(time)
      expect(logged('info', (log) => log.info('now'))).toBe(`${time} info  now\n`)
    }
    vi.useRealTimers()
  })

  test('keeps its own level and message when the details have keys of these names', () => {
    const text = logged('info', (log) => log.info('mine', { message: 'other', level: 'error', stack: 'x' }))
    expect(text).toMatch(/ info {2}mine message=other level=error stack=x\n$/)
  })

  test('ends with the fields that stand in every line', () => {
    const stream = new PassThrough()
    const log = createLogger({ level: 'info', stream, fields: { worker: 2 } })
    log.info('answered', { status: 200, worker: 'other' })
    log.warn('plain')
    expect(String(stream.read())).toMatch(/ answered status=200 worker=2\n.* warn {2}plain worker=2\n$/)
  })

  test('is one line, whatever a client sends', () => {
    const text = logged('info', (log) => log.info('model a\nb\u001b[31m\u2028', { model: 'c\nd' }))
    expect(text.trimEnd().split('\n')).toHaveLength(1)
    expect(text).not.toContain('\u001b')
  })

  test('has the message of an error, and its stack only at the level debug', () => {
    const error = new Error('broken')
    expect(logged('info', (log) => log.error('failed', { error }))).toMatch(/failed error=broken\n$/)
    expect(logged('debug', (log) => log.debug('failed', { error }))).toContain('log.test.ts')
  })
})

describe('levels', () => {
  test.each([
    ['error', ['error']],
    ['warn', ['error', 'warn']],
    ['info', ['error', 'warn', 'info']],
    ['debug', ['error', 'warn', 'info', 'debug']],
  ] as const)('%s lets through %j', (level, expected) => {
    const text = logged(level, (log) => {
      for (const each of ['error', 'warn', 'info', 'debug'] as const) log[each](`record of ${each}`)
    })
    expect([...text.matchAll(/record of (\w+)/g)].map((match) => match[1])).toEqual(expected)
  })

  test('an unwanted level does not look at its details', () => {
    const detail = {
      get costly(): string {
        throw new Error('looked at')
      },
    }
    expect(logged('info', (log) => log.debug('x', detail))).toBe('')
  })
})

test('the level may change', () => {
  const text = logged('info', (log) => {
    log.debug('one')
    log.setLevel('debug')
    log.debug('two')
    log.setLevel('warn')
    log.info('three')
    log.warn('four')
  })
  expect(text.split('\n').map((line) => line.slice(25))).toEqual(['debug two', 'warn  four', ''])
})

test('however many loggers there are, the end of the process is awaited once', () => {
  createLogger({ level: 'info' })
  const before = process.listenerCount('exit')
  createLogger({ level: 'info' })
  expect(process.listenerCount('exit')).toBe(before)
})

describe('secrets', () => {
  const secret = 'sk-proj-abcdefghijklmnop'

  test.each([
    ['a message', (log: ReturnType<typeof createLogger>) => log.info(`key ${secret} refused`)],
    ['a header', (log) => log.info('sent', { authorization: `Bearer ${secret}` })],
    ['a nested header', (log) => log.info('sent', { headers: { 'X-Api-Key': secret, accept: 'a' } })],
    ['a field', (log) => log.info('set', { api_key: secret })],
    ['an error', (log) => log.error('failed', { error: new Error(`wrong key ${secret}`) })],
    ['a list', (log) => log.info('set', { keys: [[secret]] })],
  ] satisfies [string, (log: ReturnType<typeof createLogger>) => void][])('%s never shows a key', (_, write) => {
    const text = logged('debug', write)
    expect(text).toContain('***')
    expect(text).not.toContain('abcdefghijklmnop')
  })

  test('of a new configuration are hidden from then on, and so are those of the one before', () => {
    const stream = new PassThrough()
    const log = createLogger({ level: 'info', stream })
    log.hide(['hunter2'])
    log.info('first')
    log.hide(['correcthorse'])
    log.info('hunter2 and correcthorse')
    expect(String(stream.read())).toMatch(/ info {2}\*\*\* and \*\*\*\n$/)
  })

  test('a configured key is masked though it looks like any word', () => {
    expect(logged('info', (log) => log.info('asked with hunter2', { note: 'hunter2' }), ['hunter2'])).not.toContain(
      'hunter2',
    )
  })
})
