import { describe, expect, test } from 'vitest'
import { ConfigError, UnreadableConfigError } from '../config/fault.ts'
import { proxyError } from '../errors.ts'
import { Failure, reportFailure } from './failure.ts'
import { listenFailure } from './listen-failure.ts'
import { table } from './output.ts'

describe('a failure', () => {
  test('of the configuration is one line for each fault', () => {
    const error = new ConfigError([
      { location: { file: 'f', line: 1, column: 2 }, key: 'a', message: 'm' },
      { key: '--port', message: 'n' },
    ])
    expect(reportFailure(error, false)).toEqual({ lines: ['f:1:2  a: m', '--port: n'], status: 2 })
  })

  test.each([
    [new Failure(2, 'two\nlines'), 2, 'argo-proxy: two lines'],
    [new UnreadableConfigError('cannot be read'), 2, 'argo-proxy: cannot be read'],
    [proxyError('upstream_unreachable', 'Gone.'), 1, 'argo-proxy: Gone.'],
    [Object.assign(new Error('EIO: broken disk, read'), { syscall: 'read' }), 1, 'argo-proxy: EIO: broken disk, read'],
    [new Failure(1, 'refused sk-abcdefghijkl'), 1, 'argo-proxy: refused sk-***'],
  ])('%s is one line', (error, status, line) => {
    expect(reportFailure(error, true)).toEqual({ lines: [line], status })
  })

  test('of the program itself has a stack only when asked for', () => {
    const error = new TypeError('x is not a function')
    expect(reportFailure(error, false)).toEqual({
      lines: [expect.stringMatching(/^argo-proxy: internal error \(x is not a function\): .*--verbose/)],
      status: 1,
    })
    expect(reportFailure(error, true).lines[1]).toContain('failure.test.ts')
    expect(reportFailure('thrown text', true).lines).toHaveLength(1)
  })
})

test.each([
  ['EADDRINUSE', /port 80 of h is taken.*--port/],
  ['EACCES', /port 80 may not be used by you.*--port/],
  ['EADDRNOTAVAIL', /h is not an address of this machine.*--host/],
  ['ENOTFOUND', /h is not an address of this machine.*--host/],
])('%s of the port has its remedy', (code, expected) => {
  const failure = listenFailure(Object.assign(new Error(code), { code }), { host: 'h', port: 80 })
  expect(failure?.message).toMatch(expected)
  expect(failure?.status).toBe(1)
})

test('another error of listening is not explained away', () => {
  expect(listenFailure(new Error('x'), { host: 'h', port: 80 })).toBeUndefined()
})

test('columns are as wide as their widest cell, and no line ends in spaces', () => {
  expect(
    table([
      ['a', 'b'],
      ['long', ''],
      ['', 'c', 'd'],
    ]),
  ).toEqual(['a     b', 'long', '      c  d'])
})
