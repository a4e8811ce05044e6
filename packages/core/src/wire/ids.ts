import { onDemand } from '../on-demand.ts'

/** What OpenAI's ids begin with; clients and logs tell kinds apart by it. */
export type IdPrefix = 'chatcmpl-' | 'cmpl-' | 'resp_' | 'msg_' | 'fc_' | 'ctc_' | 'call_' | 'rs_'

const pool = Buffer.allocUnsafe(4 * 1024)
let used = pool.length

/** So many random bytes in hexadecimal. They are drawn for many ids at once: a system call for each would show. */
export function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    onDemand.crypto().randomFillSync(pool)
    used = 0
  }
  used += bytes
  return pool.toString('hex', used - bytes, used)
}

/** A new id of 96 random bits. */
export function newId(prefix: IdPrefix): string {
  return prefix + randomHex(12)
}

/** The upstream's id where it has the form that clients expect, else one of our own. */
export function idLike(prefix: IdPrefix, upstreamId: string): string {
  return upstreamId.startsWith(prefix) && upstreamId.length > prefix.length ? upstreamId : newId(prefix)
}
