import { isRecord } from '../record.ts'
import { valueAt } from './layers.ts'
import type { Origin } from './loaded-config.ts'
import { longPluginEntries } from './plugin-entry.ts'
import type { Problem } from './problem.ts'
import { headerValue, timeoutsSchema } from './schema.ts'

/** What the proxy says itself of the body and the connection: from here it would break every call. */
const ownHeaders =
  /^(?:connection|content-length|expect|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/i

type Environment = Readonly<Record<string, string | undefined>>

/** What no single key shows. Runs on values that may be of any type, so that all faults are told at once. */
export function crossChecks(root: unknown, environment: Environment): Problem[] {
  const problems = [...longPluginEntries(root), ...timesInWrongOrder(root)]
  const upstream = (key: string): unknown => valueAt(root, ['upstream', key])
  const report = (path: readonly string[], message: string): number => problems.push({ path, at: 'value', message })

  const baseUrl = upstream('base_url')
  if (upstream('kind') === 'openai' && baseUrl === undefined) {
    const example = 'http://127.0.0.1:8000/v1'
    report(['upstream', 'kind'], `openai needs base_url: write upstream.base_url too, such as ${example}`)
  }
  if (typeof baseUrl === 'string' && /^https?:\/\/[^?#]+[?#]/.test(baseUrl)) {
    report(['upstream', 'base_url'], 'has a query or a fragment: write the URL up to the path, and keys under headers')
  }
  if (typeof baseUrl === 'string' && /^https?:\/\/[^/?#]*@/.test(baseUrl)) {
    const message = 'holds a name or a password, which are not sent: write them under upstream.headers as authorization'
    report(['upstream', 'base_url'], message)
  }
  if (valueAt(root, ['verbose']) === true && valueAt(root, ['quiet']) === true) {
    report(['quiet'], 'cannot be true together with verbose: leave one of the two out')
  }
  const headers = upstream('headers')
  for (const name of isRecord(headers) ? Object.keys(headers) : []) {
    const path = ['upstream', 'headers', name]
    if (!ownHeaders.test(name)) continue
    const message = 'is of the connection, or of how long the body is, which the proxy says by itself: leave it out'
    problems.push({ path, at: 'key', message })
  }
  const variable = upstream('api_key_env')
  if (typeof variable === 'string' && variable !== '') {
    const path = ['upstream', 'api_key_env']
    if (upstream('api_key') !== undefined) report(path, 'stands here together with api_key: leave one of the two out')
    else {
      const message = keyFault(environment[variable]?.trim())
      if (message) report(path, `the environment variable ${JSON.stringify(variable)} ${message}`)
    }
  }
  return problems
}

/** With these Node refuses to listen. */
function timesInWrongOrder(root: unknown): Problem[] {
  const path = ['timeouts', 'request_headers']
  const { request_headers, request: ofRequest } = timeoutsSchema.parse({}, { jitless: true })
  const headers = valueAt(root, path) ?? request_headers
  const request = valueAt(root, ['timeouts', 'request']) ?? ofRequest
  if (typeof headers !== 'number' || typeof request !== 'number' || request === 0 || headers <= request) return []
  return [{ path, at: 'value', message: `is more than timeouts.request (${request}): lower it, or raise that` }]
}

function keyFault(key: string | undefined): string | undefined {
  if (!key) return 'is not set: export it, with the key as its value'
  if (headerValue.test(key)) return undefined
  return 'has characters that an HTTP header cannot carry: set it to the key alone, plain ASCII on one line'
}

/** What works, but hardly as it was meant. */
export function doubts(root: unknown, origins: ReadonlyMap<string, Origin>): Problem[] {
  const kind = valueAt(root, ['upstream', 'kind']) ?? 'argo'
  if (kind === 'argo') {
    if (valueAt(root, ['user']) !== undefined || valueAt(root, ['username_passthrough']) === true) return []
    const message = 'is not set, and ARGO answers only to an account: write user: YOUR_ACCOUNT'
    return [{ path: ['user'], at: 'value', message }]
  }
  return ['argo_url', 'argo_stream_url', 'argo_embedding_url', 'argo_models_url']
    .filter((key) => origins.has(`upstream.${key}`))
    .map((key) => ({ path: ['upstream', key], at: 'value', message: `is not used with upstream.kind ${String(kind)}` }))
}
