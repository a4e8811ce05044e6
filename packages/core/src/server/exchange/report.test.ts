import { expect, test } from 'vitest'
import { proxyError } from '../../errors.ts'
import { type LogRecord, recordingLogger } from '../../testing/fake-exchange.ts'
import { reportExchange } from './report.ts'

function logged(error: ReturnType<typeof proxyError>): LogRecord[] {
  const records: LogRecord[] = []
  const exchange = {
    id: 'req_1',
    endpoint: 'chat-completions',
    answering: undefined,
    milliseconds: 1.4,
    error,
  } as const
  reportExchange(exchange, recordingLogger(records))
  return records
}

test.each([
  proxyError('invalid_value', "Invalid value: 'the prompt'", { param: 'messages[0].role' }),
  proxyError('upstream_error', 'The upstream failed with status 500: the prompt'),
  proxyError('upstream_invalid_answer', 'The upstream answered with no answer in it: the prompt'),
])('what may quote a prompt or an answer is told at the level debug alone: $code', (error) => {
  const records = logged(error)
  expect(JSON.stringify(records.filter(({ level }) => level !== 'debug'))).not.toContain('the prompt')
  expect(records[0]?.detail).toMatchObject({ id: 'req_1', code: error.code, milliseconds: 1 })
  expect(records[1]).toEqual({
    level: 'debug',
    message: 'what was said',
    detail: { id: 'req_1', error: error.message },
  })
})

test('a field of the request is named', () => {
  const [record] = logged(proxyError('invalid_value', 'x', { param: 'messages[0].role' }))
  expect(record).toMatchObject({ level: 'info', message: 'refused', detail: { param: 'messages[0].role' } })
})

test('the own words of the proxy are told', () => {
  const cause = new Error('ECONNREFUSED')
  const [record, more] = logged(proxyError('upstream_unreachable', 'The upstream cannot be reached.', { cause }))
  expect(record?.detail).toMatchObject({ error: 'The upstream cannot be reached.', cause: 'ECONNREFUSED' })
  expect(more).toBeUndefined()
})

test.each(['internal_error', 'plugin_failed'] as const)('%s has the stack that helps who is at fault', (code) => {
  const cause = new Error('oops')
  expect(logged(proxyError(code, 'It failed.', { cause }))[0]?.detail?.cause).toBe(cause.stack)
})
