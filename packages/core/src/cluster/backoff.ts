export interface BackoffOptions {
  /** Milliseconds before the first replacement; doubles with each that does not last. */
  first?: number
  most?: number
  /** One that lived as long has nothing to do with what comes after it. */
  calm?: number
}

export interface Backoff {
  /** Milliseconds to wait when one has ended that lived for so many. */
  next(lived: number): number
  reset(): void
}

/** How long to wait before a dead worker is replaced. */
export function createBackoff({ first = 100, most = 30_000, calm = 10_000 }: BackoffOptions = {}): Backoff {
  let delay = first
  return {
    next(lived) {
      const now = lived >= calm ? first : delay
      delay = Math.min(most, now * 2)
      return now
    },
    reset() {
      delay = first
    },
  }
}
