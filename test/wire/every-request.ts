/** A request of each kind that makes the proxy call its upstream, and one for each of the others. */
export interface WireRequest {
  name: string
  method: 'GET' | 'POST'
  path: string
  body?: Record<string, unknown>
  streamed?: true
}

const chat = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }] }
const completion = { model: 'gpt-4o', prompt: 'Hello' }
const response = { model: 'gpt-4o', input: 'Hello' }
const post = { method: 'POST' } as const

/** Those whose answer is the upstream's answer. */
export const upstreamRequests: readonly WireRequest[] = [
  { ...post, name: 'chat', path: '/chat/completions', body: chat },
  { ...post, name: 'chat, streamed', path: '/chat/completions', body: { ...chat, stream: true }, streamed: true },
  { ...post, name: 'a completion', path: '/completions', body: completion },
  {
    ...post,
    name: 'a completion, streamed',
    path: '/completions',
    body: { ...completion, stream: true },
    streamed: true,
  },
  { ...post, name: 'a response', path: '/responses', body: response },
  { ...post, name: 'a response, streamed', path: '/responses', body: { ...response, stream: true }, streamed: true },
  { ...post, name: 'embeddings', path: '/embeddings', body: { model: 'text-embedding-3-small', input: 'Hello' } },
]

export const everyRequest: readonly WireRequest[] = [
  ...upstreamRequests,
  { name: 'models', method: 'GET', path: '/models' },
  { name: 'a model', method: 'GET', path: '/models/gpt-4o' },
]

/** Sends one of them to the proxy at this base URL. */
export function send(
  baseURL: string,
  { method, path, body }: Pick<WireRequest, 'method' | 'path' | 'body'>,
  headers: Record<string, string> = {},
): Promise<Response> {
  if (!body) return fetch(baseURL + path, { method, headers })
  return fetch(baseURL + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}
