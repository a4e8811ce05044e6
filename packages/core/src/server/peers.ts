import type { ErrorType } from '../contract/error.ts'
import type { Circuit } from './circuit.ts'

/** How a process stands, as `/health` tells it. */
export interface Standing {
  /** Exchanges under way. */
  exchanges: number
  circuit: Circuit['state']
  /** Models that are answered in pseudo stream for a while. */
  broken_streams: string[]
}

/** What one process learns and all should know. `origin` is the upstream's: after a reload it may be another one. */
export type News =
  | { what: 'failed'; origin: string; error: { code: string; status: number; type: ErrorType; message: string } }
  | { what: 'answered'; origin: string }
  | { what: 'broken stream'; origin: string; model: string }
  /** A client wants the upstream's models read now. */
  | { what: 'refresh'; origin: string }

/** The other processes that serve the same port. */
export interface Peers {
  /** Resolves when all have taken it, or after some seconds; never rejects. */
  tell(news: News): Promise<void>
  /** How the other processes stand. Never rejects. */
  standings(): Promise<Standing[]>
  /** Takes over some of another one's free exchanges, if any has them: whether `limits.exchanges` of here has grown. */
  borrow(): Promise<boolean>
}
