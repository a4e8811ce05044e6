import type { IncomingMessage } from 'node:http'
import { proxyError } from '../../errors.ts'
import type { Route } from './route.ts'

interface Match {
  route: Route
  parameter: string
}

/** Finds the route of a request, and what its path holds. Throws a ProxyError: 404 or 405. */
export type Matcher = (request: IncomingMessage) => Match

/** The routes with a fixed path are looked up by it as it stands, which is how nearly all are asked. */
export function matcher(routes: readonly Route[]): Matcher {
  const fixed = new Map<string, Match>()
  for (const route of routes) {
    if (route.parameter === undefined) fixed.set(`${route.method} ${route.path}`, { route, parameter: '' })
  }
  const patterns = routes.map((route) => ({ route, pattern: patternOf(route) }))
  return ({ method = '', url = '' }) => fixed.get(`${method} ${url}`) ?? match(patterns, method, url)
}

interface Pattern {
  route: Route
  pattern: RegExp
}

/** A path has no character that means something in a pattern. */
function patternOf({ path, parameter = '' }: Route): RegExp {
  return new RegExp(`^${path.replace(/\{\w+\}/, `(${parameter})`)}$`)
}

function match(patterns: readonly Pattern[], method: string, url: string): Match {
  const path = pathOf(url)
  const samePath = patterns.flatMap(({ route, pattern }) => {
    const found = pattern.exec(path)
    return found ? [{ route, parameter: found[1] ?? '' }] : []
  })
  const [first] = samePath
  const asked = `${method} ${path.slice(0, 256)}`
  if (!first) throw proxyError('unknown_url', `Unknown request URL: ${asked}. See GET / for what is served.`)
  const wanted = method === 'HEAD' ? 'GET' : method
  const found = samePath.find(({ route }) => route.method === wanted)
  if (found) return found
  const allow = samePath.map(({ route }) => route.method).join(', ')
  throw proxyError('method_not_allowed', `Not allowed: ${asked} (${allow} is).`, { headers: { allow } })
}

/** Without query and trailing slashes, percent-decoded. A client that speaks to a proxy may send the whole URL (RFC 9112, 3.2.2). */
function pathOf(url: string): string {
  const path = withoutSlashes((url.split('?', 1)[0] ?? '').replace(/^https?:\/\/[^/]*/i, '') || '/')
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** In one look from the end: a pattern would try a long row of slashes from each of them on. */
function withoutSlashes(path: string): string {
  let end = path.length
  while (end > 1 && path[end - 1] === '/') end -= 1
  return path.slice(0, end)
}

export function queryOf({ url = '' }: IncomingMessage): URLSearchParams {
  const at = url.indexOf('?')
  return new URLSearchParams(at < 0 ? '' : url.slice(at + 1))
}
