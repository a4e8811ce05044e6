import { availableParallelism } from 'node:os'
import type { Config } from './schema.ts'

/** How many processes serve; 1 is this one alone. A worker without a connection of its own could do nothing. */
export function workerCount({ workers, limits }: Config, cores: () => number = availableParallelism): number {
  return Math.min(workers === 'auto' ? cores() : workers, limits.connections, limits.upstream_connections)
}
