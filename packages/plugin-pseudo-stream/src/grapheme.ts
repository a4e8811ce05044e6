import { segmenter } from './segmenter.ts'

const carriageReturn = 0x0d
const lineFeed = 0x0a

/**
 * Gives a function that tells whether a position in the text is between two graphemes (what a reader takes for one
 * character: an emoji sequence, a flag, a letter with its accents, CR LF). It must be asked in ascending order.
 *
 * Between two ASCII characters no segmenter is needed. To ask it at each position of a very long grapheme would take
 * quadratic time, so the end of the grapheme that it found last is remembered.
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
