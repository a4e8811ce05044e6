import { ProxyError } from '../contract/error.ts'
import { proxyError } from '../errors.ts'

export const coreOwner = 'argo-proxy'

/** What has failed. */
export interface Culprit {
  /** The plugin's name, or `coreOwner`. */
  owner: string
  /** The piece's name. */
  name: string
  /** The plugin's slot or function: `events`, `vote`. */
  where: string
}

/** The error for something that threw: a plugin is named with its slot; a ProxyError thrown on purpose stays. */
export function blame({ owner, name, where }: Culprit, thrown: unknown): ProxyError {
  if (thrown instanceof ProxyError) return thrown
  const core = owner === coreOwner
  const who = core ? `The pipeline's ${name}` : `Plugin "${owner}" (${where})`
  const message = `${who} failed on this request; the proxy's log says why.`
  return proxyError(core ? 'internal_error' : 'plugin_failed', message, { cause: thrown })
}
