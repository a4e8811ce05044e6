import { graphemeBoundaries } from './grapheme.ts'
import { segmenter } from './segmenter.ts'

/** The positions where the pieces of a text end, ascending; the last is the text's length. None for an empty text. */
export type Cuts = (text: string) => Iterable<number>

/** Scripts without spaces between words. */
const unspacedScript =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** A piece is a word with the whitespace after it; whitespace at the very beginning goes with the first word. */
export const wordCuts = safeCuts(function* (text) {
  const dense = unspacedScript.test(text)
  for (const { 0: word, index } of text.matchAll(/\S+\s*/g)) {
    if (dense && unspacedScript.test(word)) yield* denseWordCuts(word, index)
    yield index + word.length
  }
})

/** A piece is a line with its line end, and the blank lines after it. */
export const lineCuts = patternCuts(/\S.*(?:[\n\r\u2028\u2029](?:\s*[\n\r\u2028\u2029])?|$)/g)

/** A piece is a sentence with the whitespace after it; a line end ends it too. */
export const sentenceCuts = safeCuts(function* (text) {
  let begun = false
  for (const { segment, index } of segmenter('sentence').segment(text)) {
    if (!/\S/.test(segment)) continue
    if (begun) yield index
    begun = true
  }
})

/** A piece is a grapheme, also one of whitespace. */
export const characterCuts = safeCuts(function* (text) {
  for (let position = 1; position < text.length; position += 1) yield position
})

/** A piece ends where a match of the pattern (with the flag `g`) ends. */
export function patternCuts(pattern: RegExp): Cuts {
  return safeCuts(function* (text) {
    for (const { 0: match, index } of text.matchAll(pattern)) yield index + match.length
  })
}

/** The same cuts, but at most `limit` of them: where there are more, neighbouring pieces are joined. */
export function cappedCuts(cuts: Cuts, limit: number): Cuts {
  return function* (text) {
    if (text.length <= limit) {
      yield* cuts(text)
      return
    }
    let count = 0
    for (const _ of cuts(text)) count += 1
    const group = Math.ceil(count / limit)
    let place = 0
    for (const end of cuts(text)) {
      place += 1
      if (place % group === 0 || place === count) yield end
    }
  }
}

/** Cuts a run of words without spaces by dictionary. Punctuation goes with the word before it. */
function* denseWordCuts(text: string, offset: number): Generator<number> {
  let begun = false
  for (const { index, isWordLike } of segmenter('word').segment(text)) {
    if (!isWordLike) continue
    if (begun) yield offset + index
    begun = true
  }
}

/** Leaves out the cuts that would split a grapheme or make an empty piece, and adds the end of the text. */
function safeCuts(candidates: (text: string) => Iterable<number>): Cuts {
  return function* (text) {
    const isBoundary = graphemeBoundaries(text)
    let last = 0
    for (const position of candidates(text)) {
      if (position <= last || position >= text.length || !isBoundary(position)) continue
      yield position
      last = position
    }
    if (text.length > 0) yield text.length
  }
}
