/** A vector of length 1 that depends on the text alone. Equal texts have equal vectors; nothing more is meant by it. */
export function demoEmbedding(text: string, dimensions: number): number[] {
  let state = 2_166_136_261
  for (const byte of Buffer.from(text)) state = Math.imul(state ^ byte, 16_777_619)
  const vector = Array.from({ length: dimensions }, () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state / 2_147_483_648
  })
  const length = Math.hypot(...vector) || 1
  return vector.map((value) => value / length)
}
