import { segmenter } from './segmenter.ts'

const carriageReturn = 0x0d
const lineFeed = 0x0a

/**
 * Tells of positions in a text, asked in ascending order, whether they stand between two graphemes (what a reader
 * takes for one character: an emoji sequence, a flag, a letter with its accents, CR LF).
 *
 * Between two ASCII characters the answer needs no segmenter. A segmenter that is asked anew inside one very long
 * grapheme takes quadratic time: so each grapheme that it has found is remembered up to its end.
 */
export function graphemeBoundaries(text: string): (position: number) => boolean {
  let segments: Intl.Segments | undefined
  let insideUntil = 0
  return (position) => {
    if (position < insideUntil) return false
    const before = text.charCodeAt(position - 1)
    const after = text.charCodeAt(position)
    if (before < 0x80 && after < 0x80) return before !== carriageReturn || after !== lineFeed
    segments ??= segmenter('grapheme').segment(text)
    const grapheme = segments.containing(position)
    if (grapheme === undefined) return true
    insideUntil = grapheme.index + grapheme.segment.length
    return grapheme.index === position
  }
}
