import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Config } from '../config/schema.ts'

/** Answers a browser's question whether a page may call. `true`: it was only the question, and it is answered. */
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
    if (origin === undefined || !(allowed.has('*') || allowed.has(origin))) return false
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

/** The SDKs send many headers of their own: what is asked for is allowed, as far as it is a list of names. */
function askedHeaders({ headers }: IncomingMessage): string {
  const asked = headers['access-control-request-headers'] ?? ''
  return /^[\w-]+(?:, ?[\w-]+)*$/.test(asked) ? asked : 'authorization, content-type'
}
