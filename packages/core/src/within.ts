/** What the work comes to; `late` where it takes longer than so many milliseconds, or fails. */
export async function within<Result, Late>(
  milliseconds: number,
  work: Promise<Result>,
  late: Late,
): Promise<Result | Late> {
  const { promise, resolve } = Promise.withResolvers<Late>()
  const timer = setTimeout(resolve, milliseconds, late)
  try {
    return await Promise.race([work.catch(() => late), promise])
  } finally {
    clearTimeout(timer)
  }
}

/** What the work comes to. Throws `late()` where it takes longer than so many milliseconds; 0 is no limit. */
export async function withTimeLimit<Result>(
  milliseconds: number,
  work: Promise<Result>,
  late: () => Error,
): Promise<Result> {
  if (milliseconds <= 0) return await work
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(late()), milliseconds)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}
