import { ProxyError } from '../contract/error.ts'
import { proxyError } from '../errors.ts'
import { coreOwner, type Piece } from './piece.ts'

/** Who is to blame: the owner's name and, for a plugin, its slot or function. */
export interface Culprit {
  owner: string
  name: string
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

/** The culprit of a piece. */
export function culprit({ owner, name, slot }: Piece): Culprit {
  return { owner, name, where: slot }
}
