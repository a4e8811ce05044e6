import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Config } from '../../config/schema.ts'
import { proxyError } from '../../errors.ts'

/**
 * Answers a browser's question whether a page may call. `true`: it was only the question, and it is answered. Throws a
 * ProxyError (403) for what a browser sends without the question, of a page that may not call: the page would not see the
 * answer, but the call would have been made.
 */
export type Cors = (request: IncomingMessage, response: ServerResponse) => boolean

/** What a page may read of an answer's headers. */
const exposed = [
  ...[
    'x-request-id',
    'x-argo-stream-mode',
    'x-argo-model',
    'x-argo-omitted-tools',
    'x-argo-dropped-parameters',
    'x-argo-usage',
  ],
  ...['x-argo-retries', 'x-argo-healed', 'retry-after', 'retry-after-ms'],
  ...['limit', 'remaining', 'reset'].flatMap((what) => [`x-ratelimit-${what}-requests`, `x-ratelimit-${what}-tokens`]),
].join(', ')

/** Nothing is allowed where no origin is configured. */
export function createCors({ origins }: Config['cors']): Cors {
  const allowed = new Set(origins)
  return (request, response) => {
    const { origin } = request.headers
    if (origin === undefined) return false
    if (!allowed.has('*') && !allowed.has(origin)) {
      if (request.method === 'POST' && !sendsJson(request)) throw forbidden()
      return false
    }
    response.setHeader('access-control-allow-origin', allowed.has('*') ? '*' : origin)
    response.setHeader('access-control-expose-headers', exposed)
    response.setHeader('vary', 'origin')
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false
    response.writeHead(204, {
      'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-allow-headers': askedHeaders(request),
      'access-control-max-age': '600',
    })
    response.end()
    return true
  }
}

/** Browsers ask before they send it. */
function sendsJson({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.toLowerCase().startsWith('application/json') ?? false
}

function forbidden(): Error {
  const message =
    'Web pages of this origin may not call: name it under cors.origins in the configuration, or send JSON.'
  return proxyError('origin_not_allowed', message)
}

/** The SDKs send many headers of their own: what is asked for is allowed, as far as it is a list of names. */
function askedHeaders({ headers }: IncomingMessage): string {
  const asked = headers['access-control-request-headers'] ?? ''
  return /^[\w-]+(?:, ?[\w-]+)*$/.test(asked) ? asked : 'authorization, content-type'
}
