/** Several buffers as one; a single one is not copied. */
export function joinChunks(chunks: readonly Buffer[]): Buffer {
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
}

/** Room for what one read of a socket gives, several times over. */
const scratch = Buffer.allocUnsafeSlow(256 * 1024)
let taken = false

/**
 * Joins buffers for as long as `use` takes: in a memory that the next call overwrites, where it is told that it is `borrowed`. A new buffer for each read of a flood
 * would have V8 collect its garbage all the time, for memory that is not on its own heap.
 */
export function useJoined<Result>(
  chunks: readonly Buffer[],
  use: (joined: Buffer, borrowed: boolean) => Result,
): Result {
  const [first] = chunks
  if (chunks.length === 1 && first) return use(first, false)
  let length = 0
  for (const chunk of chunks) length += chunk.length
  if (taken || length > scratch.length) return use(Buffer.concat(chunks, length), false)
  let at = 0
  for (const chunk of chunks) at += chunk.copy(scratch, at)
  taken = true
  try {
    return use(scratch.subarray(0, length), true)
  } finally {
    taken = false
  }
}
