import type { ErrorType } from '../contract/error.ts'
import type { Circuit } from './upstream/circuit.ts'

/** The state of one process, as `/health` tells it. */
export interface ProcessStatus {
  /** Exchanges under way. */
  exchanges: number
  circuit: Circuit['state']
  /** Models that are answered in pseudo stream for a while. */
  broken_streams: string[]
}

/** Something that one process has learnt, and all should know. `origin` is the upstream's: after a reload it may be another one. */
export type PeerEvent =
  | { what: 'failed'; origin: string; error: { code: string; status: number; type: ErrorType; message: string } }
  | { what: 'answered'; origin: string }
  | { what: 'broken stream'; origin: string; model: string }
  /** A client wants the upstream's models read now. */
  | { what: 'refresh'; origin: string }

/** The other processes that serve the same port. */
export interface Peers {
  /** Tells the other processes. Resolves when all have taken it, or after some seconds; never rejects. */
  broadcast(event: PeerEvent): Promise<void>
  /** The state of each other process. Never rejects. */
  statuses(): Promise<ProcessStatus[]>
  /** Takes over some of another process's free exchanges. Resolves to whether this one's capacity has grown. */
  borrow(): Promise<boolean>
}
