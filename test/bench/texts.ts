/** Words with what JSON and UTF-8 make work of: quotes, line ends, characters of two and three bytes. */
const words = [
  ...['the', 'proxy', 'answers', 'while', 'its', 'upstream', 'is', 'still', 'writing', 'and', 'nobody', 'waits', 'for'],
  ...['a', 'whole', 'text,', 'because', '"streams"', 'carry', 'each', 'piece', 'as', 'soon', 'as', 'it', 'came.\n'],
  ...['naïve', 'clients', '—', 'those', 'of', 'laptops', 'too', '—', 'see', 'every', 'token', 'at', 'once;'],
]

/** The same text of so many characters on every machine. No character of it needs two UTF-16 units. */
export function textOf(length: number): string {
  let text = ''
  // A linear congruential generator: pseudo-random, and the same everywhere.
  let state = 1
  while (text.length < length) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    text += `${words[(state >> 8) % words.length]} `
  }
  return text.slice(0, length)
}

/** Cut into pieces of so many characters. */
export function piecesOf(text: string, length: number): string[] {
  return Array.from({ length: Math.ceil(text.length / length) }, (_, index) =>
    text.slice(index * length, (index + 1) * length),
  )
}

/** Each word with the white space behind it: what the pseudo stream makes of a text. */
export function wordsOf(text: string): string[] {
  return text.match(/\S+\s*/g) ?? []
}
