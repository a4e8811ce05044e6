export interface BackoffOptions {
  /** The first wait, in milliseconds. It doubles with each worker that does not live for `calm`. */
  first?: number
  /** The longest wait, in milliseconds. */
  most?: number
  /** After a worker that lived for so many milliseconds the waits begin with `first` again. */
  calm?: number
}

export interface Backoff {
  /** The milliseconds to wait before a worker that lived for so many milliseconds is replaced. */
  next(lived: number): number
  /** The next wait is the first one again. */
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
