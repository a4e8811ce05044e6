import type { ResponseStore } from '../endpoints/response-store.ts'
import type { Peers } from '../server/peers.ts'
import type { PrimaryCalls } from './calls.ts'
import type { Rpc } from './rpc.ts'

type Ask = Rpc<PrimaryCalls>['call']

/** The other workers, asked through the primary. */
export function workerPeers(ask: Ask): Peers {
  let borrowing: Promise<boolean> | undefined
  return {
    broadcast: (event) => ask('broadcast', event).catch(() => {}),
    statuses: () => ask('statuses').catch(() => []),
    /** At most one call is open at a time, and all requests that need room wait for it. */
    borrow() {
      borrowing ??= ask('borrow')
        .catch(() => false)
        .finally(() => {
          borrowing = undefined
        })
      return borrowing
    },
  }
}

/** The finished responses of all workers, which the primary keeps. */
export function primaryResponses(ask: Ask): ResponseStore {
  return {
    put: (entry) => ask('put', entry),
    get: (id) => ask('get', id),
    delete: (id) => ask('delete', id),
    findItem: (id) => ask('findItem', id),
  }
}
