import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'

/** Milliseconds: the upstream's address is asked for once in that time, however many connections are made. */
const lifetime = 30_000

type AskSystem = (
  hostname: string,
  options: { all: true; family?: number; hints?: number },
  answer: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/**
 * Looks host names up as Node does (the system's resolver, the hosts file), and remembers the answer for a while. Node asks
 * anew for every connection, on a thread that file system calls need too. Where the resolver fails, what was last known
 * stands in.
 */
export function cachedLookup(
  ask: AskSystem = systemLookup,
  now: () => number = () => performance.now(),
): LookupFunction {
  const known = new Map<string, { addresses: LookupAddress[]; until: number }>()
  return (hostname, { family, hints, all }, callback) => {
    const version = family === 'IPv4' ? 4 : family === 'IPv6' ? 6 : (family ?? 0)
    const key = `${hostname} ${version} ${hints ?? 0}`

    function answer(addresses: LookupAddress[]): void {
      const [first] = addresses
      if (all) callback(null, addresses)
      else if (first) callback(null, first.address, first.family)
    }

    const found = known.get(key)
    if (found && now() < found.until) return void process.nextTick(answer, found.addresses)
    ask(hostname, { all: true, family: version, hints }, (error, addresses) => {
      if (!error && addresses.length > 0) {
        known.set(key, { addresses, until: now() + lifetime })
        answer(addresses)
      } else if (found) answer(found.addresses)
      else callback(error, [])
    })
  }
}
