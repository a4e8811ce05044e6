/** Characters up to which a text becomes bytes in `memory`: to count them first, and take memory, costs twice as much. */
const shortText = 4 * 1024
/** No character takes more than three bytes for each of its units in a string. */
const memory = Buffer.allocUnsafeSlow(3 * shortText)

/**
 * The bytes of a text in UTF-8, or bytes as they are, with a character for each (`latin1`): Node writes such a text faster than
 * any other, and together with a head. Most texts are that already.
 */
export function latin1Of(part: string | Buffer): string {
  if (typeof part !== 'string') return part.toString('latin1')
  if (part.length > shortText)
    return Buffer.byteLength(part) === part.length ? part : Buffer.from(part).toString('latin1')
  const length = memory.write(part)
  return length === part.length ? part : memory.toString('latin1', 0, length)
}

/** What `latin1Of` was made from: the text whose bytes in UTF-8 these characters are. Where they are none, U+FFFD. */
export function textOfLatin1(latin1: string): string {
  if (latin1.length > memory.length) return Buffer.from(latin1, 'latin1').toString('utf8')
  return memory.toString('utf8', 0, memory.write(latin1, 'latin1'))
}

/** The bytes of a text in UTF-8, or bytes as they are. */
export function bytesOf(part: string | Buffer): Buffer {
  if (typeof part !== 'string') return part
  return part.length > shortText ? Buffer.from(part) : Buffer.from(memory.subarray(0, memory.write(part)))
}
