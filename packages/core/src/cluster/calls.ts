import type { Socket } from 'node:net'
import type { Item, StoredResponse } from '../endpoints/response-store.ts'
import type { PeerEvent, ProcessStatus } from '../server/peers.ts'
import type { PlainConfig } from './plain-config.ts'

/** What a worker is started with. */
export interface Assignment {
  /** The worker's number in the log, from 1. */
  number: number
  config: PlainConfig
}

/** The functions of a worker that the primary calls. */
export type WorkerCalls = {
  /** Resolves when the worker is ready for connections. Rejects with a ConfigError for a plugin's fault. */
  start(assignment: Assignment): Promise<void>
  /** Serves a client's connection. The answer is sent before any of the connection's bytes is read. */
  accept(connection: Socket): void
  /**
   * First half of a reload: builds the next service, without using it. Rejects with a ConfigError for a plugin's fault.
   */
  prepare(config: PlainConfig): Promise<void>
  /** Second half: uses what `prepare` built. */
  take(): Promise<void>
  /** Instead of the second half: closes what `prepare` built. */
  drop(): Promise<void>
  /** Lets open exchanges end within so many milliseconds, and ends the process. */
  close(grace: number): Promise<void>
  status(): Promise<ProcessStatus>
  onPeerEvent(event: PeerEvent): Promise<void>
  /** Gives up some of its unused exchanges. Resolves to how many. */
  lend(): Promise<number>
  /** Raises its limit by the exchanges that another worker gave up. */
  grow(exchanges: number): Promise<void>
  /** Its answer proves that everything which the worker sent before has arrived. */
  ping(): void
}

/** The functions of the primary that a worker calls. */
export type PrimaryCalls = {
  /** The worker is about to stop. When this is answered, it has got its last connection. */
  retire(): void
  put(entry: StoredResponse): void
  get(id: string): Promise<StoredResponse | undefined>
  delete(id: string): Promise<boolean>
  findItem(id: string): Promise<Item | undefined>
  /** Passes event on to the other workers. Resolves when they have taken it, or after some seconds. */
  broadcast(event: PeerEvent): Promise<void>
  /** How each of the other workers stands. */
  statuses(): Promise<ProcessStatus[]>
  /** Asks the other workers for unused exchanges. Resolves to whether one gave any. */
  borrow(): Promise<boolean>
}
