import { createMemoryResponseStore } from '../endpoints/response-store.ts'
import type { ProcessStatus } from '../server/peers.ts'
import { within } from '../within.ts'
import type { PrimaryCalls } from './calls.ts'
import type { WorkerHandle } from './worker-handle.ts'

type Worker = Pick<WorkerHandle, 'call'>

/** A place in the worker pool. */
export interface WorkerSlot {
  /** Absent while the worker is started or replaced. */
  readonly worker: Worker | undefined
  /** Changes how many exchanges the worker may serve by so many, which may be negative. */
  resize(exchanges: number): void
}

/** What a worker may call, without what concerns its own life. */
export type Services = Omit<PrimaryCalls, 'retire'>

/** The longest waits for a worker's answer, in milliseconds. */
const patience = { status: 500, ping: 1_000, event: 5_000, loan: 500 }

/**
 * What the primary does for its workers: it keeps the finished responses, and passes calls on to the other workers.
 * Gives the functions that the worker of a slot may call. `version` is that of the configuration in service.
 */
export function createPrimaryServices(
  slots: readonly WorkerSlot[],
  version: () => number,
): (slot: WorkerSlot) => Services {
  const responses = createMemoryResponseStore()
  /** The last status of each worker, for when it is too busy to answer. */
  const known = new WeakMap<Worker, ProcessStatus>()

  function others(slot: WorkerSlot): { slot: WorkerSlot; worker: Worker }[] {
    return slots.flatMap((one) => (one !== slot && one.worker ? [{ slot: one, worker: one.worker }] : []))
  }

  /**
   * A client may ask for a response at another worker before it has come here from the one that made it: what is not
   * found is looked for again when all that was sent by then has arrived.
   */
  async function find<Found>(slot: WorkerSlot, look: () => Found): Promise<Found> {
    const found = look()
    if (found) return found
    await Promise.all(others(slot).map(({ worker }) => within(patience.ping, worker.call('ping'), undefined)))
    return look()
  }

  async function statusOf(worker: Worker): Promise<ProcessStatus[]> {
    const status = await within(patience.status, worker.call('status'), known.get(worker))
    if (!status) return []
    known.set(worker, status)
    return [status]
  }

  /**
   * Moves unused exchanges from `lender` to `borrower`, also when the answer comes after `patience.loan`. Resolves to
   * whether there were any. A reload in between has set all shares anew: then nothing is moved.
   */
  async function lend(lender: WorkerSlot, worker: Worker, borrower: WorkerSlot): Promise<boolean> {
    const asked = version()
    const exchanges = await worker.call('lend')
    if (exchanges === 0 || asked !== version()) return false
    lender.resize(-exchanges)
    borrower.resize(exchanges)
    borrower.worker?.call('grow', exchanges).catch(() => {})
    return true
  }

  return (slot) => ({
    put: (entry) => responses.put(entry),
    get: (id) => find(slot, () => responses.get(id)),
    delete: (id) => find(slot, () => responses.delete(id)),
    findItem: (id) => find(slot, () => responses.findItem(id)),
    async broadcast(event) {
      await Promise.all(
        others(slot).map(({ worker }) => within(patience.event, worker.call('onPeerEvent', event), undefined)),
      )
    },
    statuses: async () => (await Promise.all(others(slot).map(({ worker }) => statusOf(worker)))).flat(),
    async borrow() {
      for (const other of others(slot)) {
        if (await within(patience.loan, lend(other.slot, other.worker, slot), false)) return true
      }
      return false
    },
  })
}
