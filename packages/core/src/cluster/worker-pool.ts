import { ConfigError } from '../config/fault.ts'
import type { LoadedConfig } from '../config/loaded-config.ts'
import type { Logger } from '../contract/exchange.ts'
import { type Backoff, createBackoff } from './backoff.ts'
import type { Assignment } from './calls.ts'
import type { ConnectionDispatcher } from './connection-dispatcher.ts'
import { toPlainConfig } from './plain-config.ts'
import { createPrimaryServices, type WorkerSlot } from './primary-services.ts'
import { shareOf, withShare } from './share.ts'
import { type Exit, forkWorker, WorkerGone, type WorkerHandle } from './worker-handle.ts'

/** A fixed number of worker processes. One that dies is replaced. */
export interface WorkerPool {
  /** Puts another configuration into service in all workers, or in none. Rejects with the first fault. */
  reload(loaded: LoadedConfig): Promise<void>
  /** Stops all workers. Their open exchanges have so many milliseconds to end. */
  close(grace: number): Promise<void>
}

export interface WorkerPoolOptions {
  workers: number
  log: Logger
  dispatcher: Pick<ConnectionDispatcher, 'add' | 'remove'>
}

interface Slot extends WorkerSlot {
  index: number
  worker: WorkerHandle | undefined
  /** Of the configuration that `worker` serves with. */
  version: number
  /** How many the worker may serve at the same time. */
  exchanges: number
  backoff: Backoff
  /** Ends the wait for the next try to replace the worker. */
  hurry(): void
}

/** Resolves when every worker serves. Rejects with the first fault of one, after all of them have been stopped. */
export async function startWorkerPool(loaded: LoadedConfig, options: WorkerPoolOptions): Promise<WorkerPool> {
  const { workers, log, dispatcher } = options
  let inService = loaded
  let version = 0
  let closing = false
  /** Every process that lives, also those that do not serve yet, or no more. */
  const running = new Set<WorkerHandle>()
  const fairShare = (index: number, { config }: LoadedConfig): number =>
    shareOf(config.limits.exchanges, index, workers)
  const slots = Array.from({ length: workers }, (_, index) => createSlot(index, fairShare(index, loaded)))
  const services = createPrimaryServices(slots, () => version)

  function configFor(index: number, exchanges: number, next = inService): Assignment['config'] {
    const plain = toPlainConfig(next)
    return { ...plain, config: withShare(plain.config, { index, workers, exchanges }) }
  }

  /** Starts a process for the slot and waits until it serves. */
  async function spawn(slot: Slot): Promise<WorkerHandle> {
    const worker = forkWorker({ ...services(slot), retire: () => dispatcher.remove(worker) })
    running.add(worker)
    void worker.ended.then(() => running.delete(worker))
    const number = slot.index + 1
    slot.version = version
    try {
      await worker.call('start', { number, config: configFor(slot.index, slot.exchanges) })
    } catch (error) {
      void worker.stop(0)
      throw error instanceof WorkerGone ? endedAtStart(number, await worker.ended) : error
    }
    log.debug('a worker serves', { worker: number, pid: worker.pid })
    slot.worker = worker
    void worker.ended.then((exit) => onExit(slot, worker, exit))
    if (!closing) dispatcher.add(worker)
    return worker
  }

  function endedAtStart(number: number, { status, signal }: Exit): ConfigError {
    const how = signal ? `killed by ${signal}` : status === null ? 'for want of a process' : `with status ${status}`
    const message = `worker ${number} ended while it started, ${how}: see what its plugins do, or write workers: 1`
    return new ConfigError([{ location: inService.locate(['workers']), key: 'workers', message }])
  }

  async function onExit(slot: Slot, worker: WorkerHandle, { status, signal, lived }: Exit): Promise<void> {
    dispatcher.remove(worker)
    slot.worker = undefined
    if (closing) return
    const number = slot.index + 1
    const how = signal === null ? { status } : { signal }
    if (status === 0) log.info('a worker has stopped; another one takes its place', { worker: number })
    else log.error('a worker has died; another one takes its place', { worker: number, ...how })
    await replace(slot, slot.backoff.next(lived))
  }

  async function replace(slot: Slot, delay: number): Promise<void> {
    for (let wait = delay; ; wait = slot.backoff.next(0)) {
      await pause(slot, wait)
      if (closing) return
      try {
        await spawn(slot)
        log.info('a worker has taken its place', { worker: slot.index + 1 })
        return await bringUpToDate(slot)
      } catch (error) {
        if (!closing) log.error('a worker could not be started', { worker: slot.index + 1, ...reason(error) })
      }
    }
  }

  function pause(slot: Slot, milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, milliseconds)
    slot.hurry = () => {
      clearTimeout(timer)
      resolve()
    }
    return promise
  }

  /** A reload may have come while the worker was started. */
  async function bringUpToDate(slot: Slot): Promise<void> {
    const { worker } = slot
    if (!worker || slot.version === version || closing) return
    slot.version = version
    try {
      await worker.call('prepare', configFor(slot.index, slot.exchanges))
      await worker.call('take')
    } catch (error) {
      log.error('a worker could not take over the configuration', { worker: slot.index + 1, ...reason(error) })
      dispatcher.remove(worker)
      void worker.stop(inService.config.timeouts.shutdown_grace)
    }
  }

  async function reload(next: LoadedConfig): Promise<void> {
    const asked = slots.flatMap((slot) => (slot.worker ? [{ slot, worker: slot.worker }] : []))
    const prepared = await Promise.allSettled(
      asked.map(({ slot: { index }, worker }) =>
        worker.call('prepare', configFor(index, fairShare(index, next), next)),
      ),
    )
    const [fault] = reasonsOf(prepared).filter((error) => !(error instanceof WorkerGone))
    if (fault || closing) {
      await Promise.allSettled(asked.map(({ worker }) => worker.call('drop')))
      if (closing) return
      throw fault
    }
    inService = next
    version += 1
    for (const slot of slots) slot.exchanges = fairShare(slot.index, next)
    const taken = asked.map(({ slot, worker }) => {
      if (slot.worker === worker) slot.version = version
      return worker.call('take')
    })
    // Those that came in the meantime, and those that could not come because of what is now corrected.
    await Promise.allSettled([...taken, ...slots.map(bringUpToDate)])
    for (const slot of slots) {
      slot.backoff.reset()
      slot.hurry()
    }
  }

  async function close(grace: number): Promise<void> {
    closing = true
    for (const slot of slots) slot.hurry()
    await Promise.all([...running].map((worker) => worker.stop(grace)))
  }

  try {
    await Promise.all(slots.map(spawn))
  } catch (error) {
    await close(0)
    throw error
  }
  return { reload, close }
}

function createSlot(index: number, exchanges: number): Slot {
  const slot: Slot = {
    index,
    worker: undefined,
    version: 0,
    exchanges,
    backoff: createBackoff(),
    hurry: () => {},
    resize: (more) => {
      slot.exchanges += more
    },
  }
  return slot
}

function reasonsOf(settled: readonly PromiseSettledResult<unknown>[]): unknown[] {
  return settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
}

function reason(error: unknown): { error: string } {
  return { error: error instanceof Error ? error.message : String(error) }
}
