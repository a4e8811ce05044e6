/**
 * The bytes of a text in UTF-8, or bytes as they are, with a character for each (`latin1`): Node writes such a text faster than
 * any other, and together with a head. Most texts are that already.
 */
export function latin1Of(part: string | Buffer): string {
  if (typeof part !== 'string') return part.toString('latin1')
  return Buffer.byteLength(part) === part.length ? part : Buffer.from(part).toString('latin1')
}

/** The bytes of a text in UTF-8, or bytes as they are. */
export function bytesOf(part: string | Buffer): Buffer {
  return typeof part === 'string' ? Buffer.from(part) : part
}
