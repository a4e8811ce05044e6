import type { ResponseStore } from '../endpoints/response-store.ts'
import type { Peers } from '../server/peers.ts'
import type { PrimaryCalls } from './calls.ts'
import type { Conversation } from './conversation.ts'

type Ask = Conversation<PrimaryCalls>['call']

/** The other workers, asked through the primary. */
export function workerPeers(ask: Ask): Peers {
  let borrowing: Promise<boolean> | undefined
  return {
    tell: (news) => ask('tell', news).catch(() => {}),
    standings: () => ask('standings').catch(() => []),
    /** One question at a time, however many requests wait for it. */
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
