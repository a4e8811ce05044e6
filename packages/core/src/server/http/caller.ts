import type { IncomingMessage } from 'node:http'
import type { Config } from '../../config/schema.ts'
import { proxyError } from '../../errors.ts'
import type { Caller } from '../exchange/plan.ts'

/** An account name: what ARGO takes, and nothing that could break a header, a log line or a JSON text. */
const accountName = /^[\w.@+-]{1,128}$/

/** What a request's headers say about who asks and how it wants to be answered. Throws a ProxyError (400, 401). */
export function callerOf({ headers }: IncomingMessage, config: Config): Caller {
  return { preference: preferenceOf(headers['x-argo-stream-mode']), user: userOf(headers.authorization, config) }
}

function preferenceOf(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  if (typeof header === 'string' && /^[\w-]{1,64}$/.test(header)) return header
  throw proxyError('invalid_value', 'The header x-argo-stream-mode must name one stream mode: real or pseudo.')
}

/** With `username_passthrough`, the client's API key is the account name. */
function userOf(authorization: string | undefined, config: Config): string | undefined {
  if (!config.username_passthrough) return config.user
  const key = authorization?.replace(/^Bearer\s+/i, '')
  if (key !== undefined && accountName.test(key)) return key
  throw proxyError(
    'authentication_required',
    'This proxy takes the account name from the API key (username_passthrough): set the API key to your account name.',
  )
}
