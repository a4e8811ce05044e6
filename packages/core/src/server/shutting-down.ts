import type { ProxyError } from '../contract/error.ts'
import { proxyError } from '../errors.ts'

export function shuttingDown(): ProxyError {
  return proxyError('shutting_down', 'The proxy is shutting down: ask again in a moment.', {
    headers: { connection: 'close', 'retry-after': '1' },
  })
}
