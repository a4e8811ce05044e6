import type { Config } from '../config/schema.ts'

/** A worker's part of what is limited for all together. The parts add up to the whole; the first ones get the rest. */
export function shareOf(whole: number, index: number, workers: number): number {
  return Math.floor(whole / workers) + (index < whole % workers ? 1 : 0)
}

/** The configuration of one worker. `exchanges`: those it may serve now, which workers lend to each other. */
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
  /** From 0. */
  index: number
  workers: number
  exchanges: number
}
