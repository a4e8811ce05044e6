/**
 * Every way to cut bytes in two: `[first, second]`, neither empty, also inside a UTF-8 character. For code that reads a
 * stream, whose chunks may end anywhere. Throws a RangeError for fewer than two bytes: a loop over nothing tests nothing.
 */
export function* everySplit(bytes: string | Uint8Array): Generator<[Buffer, Buffer]> {
  const whole = Buffer.from(bytes)
  if (whole.length < 2) throw new RangeError(`There is no split in ${whole.length} bytes: give two or more.`)
  for (let position = 1; position < whole.length; position += 1) {
    yield [whole.subarray(0, position), whole.subarray(position)]
  }
}

/** The same bytes as one chunk for each byte: the worst case. Throws a RangeError where there is none. */
export function byByte(bytes: string | Uint8Array): Buffer[] {
  const whole = Buffer.from(bytes)
  if (whole.length === 0) throw new RangeError('There are no bytes to give one by one.')
  return Array.from(whole, (_byte, position) => whole.subarray(position, position + 1))
}
