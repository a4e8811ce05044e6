import { onDemand } from '../on-demand.ts'

/** What OpenAI's ids begin with; clients and logs tell kinds apart by it. */
export type IdPrefix = 'chatcmpl-' | 'cmpl-' | 'resp_' | 'msg_' | 'fc_' | 'ctc_' | 'call_' | 'rs_'

const idBytes = 12
const pool = Buffer.allocUnsafe(idBytes * 256)
let used = pool.length

/** A new id of 96 random bits. Randomness is drawn for 256 ids at once: a system call for each would show. */
export function newId(prefix: IdPrefix): string {
  if (used === pool.length) {
    onDemand.crypto().randomFillSync(pool)
    used = 0
  }
  used += idBytes
  return prefix + pool.toString('hex', used - idBytes, used)
}

/** The upstream's id where it has the form that clients expect, else one of our own. */
export function idLike(prefix: IdPrefix, upstreamId: string): string {
  return upstreamId.startsWith(prefix) && upstreamId.length > prefix.length ? upstreamId : newId(prefix)
}
