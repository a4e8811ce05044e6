import type { Origin } from './loaded-config.ts'

/** One value from the environment or the command line. A group such as `upstream` is replaced as a whole. */
export interface Setting {
  path: readonly string[]
  value: unknown
  origin: Origin
  /** Counts only where no other layer has a value. */
  fallback?: boolean
}
