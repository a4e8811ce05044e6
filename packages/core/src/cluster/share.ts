import type { Config } from '../config/schema.ts'

/**
 * A worker's part of a limit for all workers. The parts add up to the whole; the first workers get one more each if
 * need be.
 */
export function shareOf(whole: number, index: number, workers: number): number {
  return Math.floor(whole / workers) + (index < whole % workers ? 1 : 0)
}

/** The configuration of one worker: the whole one, with the worker's parts of the limits. */
export function withShare(config: Config, { index, workers, exchanges }: WorkerShare): Config {
  const { connections, upstream_connections: upstreamConnections } = config.limits
  return {
    ...config,
    limits: {
      ...config.limits,
      exchanges,
      connections: shareOf(connections, index, workers),
      // A reload may set fewer than there are workers.
      upstream_connections: Math.max(1, shareOf(upstreamConnections, index, workers)),
    },
  }
}

export interface WorkerShare {
  /** The worker's place in the pool, from 0. */
  index: number
  workers: number
  /** How many the worker may serve at the same time, with what it was lent by others. */
  exchanges: number
}
