import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import type { Route } from './route.ts'
import { matcher, queryOf } from './route-matcher.ts'

const serve = (): void => {}
const routes: Route[] = [
  { method: 'GET', path: '/', serve },
  { method: 'GET', path: '/v1/models', serve },
  { method: 'GET', path: '/v1/models/{id}', parameter: '.+', serve },
  { method: 'POST', path: '/v1/responses', serve },
  { method: 'DELETE', path: '/v1/responses/{id}', parameter: '[a-z]+', serve },
  { method: 'GET', path: '/v1/responses/{id}/input_items', parameter: '[a-z]+', serve },
]

function asked(method: string, url: string): IncomingMessage {
  return Object.assign(new IncomingMessage(new Socket()), { method, url })
}

const match = (method: string, url: string): [string, string] => {
  const { route, parameter } = matcher(routes)(asked(method, url))
  return [route.path, parameter]
}

test.each([
  ['GET', '/', '/', ''],
  ['GET', '', '/', ''],
  ['GET', '/v1/models', '/v1/models', ''],
  ['HEAD', '/v1/models//', '/v1/models', ''],
  ['GET', '/v1/models?a=/v1', '/v1/models', ''],
  ['GET', 'http://proxy.test:44497/v1/models?a', '/v1/models', ''],
  ['GET', 'http://proxy.test', '/', ''],
  ['GET', '/v1/models/org%2Fname/x', '/v1/models/{id}', 'org/name/x'],
  ['DELETE', '/v1/responses/abc', '/v1/responses/{id}', 'abc'],
  ['GET', '/v1/responses/abc/input_items', '/v1/responses/{id}/input_items', 'abc'],
])('%s %s', (method, url, path, parameter) => {
  expect(match(method, url)).toEqual([path, parameter])
})

test.each([
  ['GET', '/v2', 404, 'unknown_url'],
  ['DELETE', '/v1/responses/ABC', 404, 'unknown_url'],
  ['GET', '/v1/responses/abc/', 405, 'method_not_allowed'],
  ['PUT', '/v1/models', 405, 'method_not_allowed'],
])('%s %s is refused: %i %s', (method, url, status, code) => {
  expect(() => match(method, url)).toThrow(expect.objectContaining({ status, code }))
})

test('the query is all behind the first question mark', () => {
  expect([...queryOf(asked('GET', '/x?a=1?2&b=3'))]).toEqual([
    ['a', '1?2'],
    ['b', '3'],
  ])
  expect([...queryOf(asked('GET', '/x'))]).toEqual([])
})
