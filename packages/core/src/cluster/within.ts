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
