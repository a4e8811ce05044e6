import type { Item, StoredResponse } from '../endpoints/response-store.ts'
import type { News, Standing } from '../server/peers.ts'
import type { PlainConfig } from './plain-config.ts'

/** What a worker is started with. */
export interface Assignment {
  /** From 1. */
  number: number
  config: PlainConfig
}

/** What the primary asks of a worker. */
export type WorkerCalls = {
  /** Resolves when it listens. */
  start(assignment: Assignment): Promise<void>
  /** The halves of a reload: a fault in one worker leaves all of them as they are. */
  prepare(config: PlainConfig): Promise<void>
  take(): Promise<void>
  drop(): Promise<void>
  /** Stops with grace and ends the process. */
  close(grace: number): Promise<void>
  standing(): Promise<Standing>
  hear(news: News): Promise<void>
  /** Gives up a part of its free exchanges; how many. */
  lend(): Promise<number>
  /** Takes over what another one has given up. */
  grow(exchanges: number): Promise<void>
  /** Its answer proves that everything which it sent before has arrived. */
  ping(): void
}

/** What a worker asks of the primary. */
export type PrimaryCalls = {
  put(entry: StoredResponse): void
  get(id: string): Promise<StoredResponse | undefined>
  delete(id: string): Promise<boolean>
  findItem(id: string): Promise<Item | undefined>
  /** Tells the other workers. */
  tell(news: News): Promise<void>
  /** Of the other workers. */
  standings(): Promise<Standing[]>
  borrow(): Promise<boolean>
}
