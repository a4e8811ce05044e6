import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyText, graphemeEdges } from './any-text.test.fixture.ts'
import { graphemeBoundaries } from './grapheme.ts'

function boundariesOf(text: string): number[] {
  const isBoundary = graphemeBoundaries(text)
  return Array.from({ length: Math.max(0, text.length - 1) }, (_, index) => index + 1).filter(isBoundary)
}

describe('graphemeBoundaries', () => {
  test('finds what the segmenter finds, wherever it is asked', () => {
    fc.assert(
      fc.property(anyText, fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }), (text, asked) => {
        const edges = graphemeEdges(text)
        const isBoundary = graphemeBoundaries(text)
        for (let position = 1; position < text.length; position += 1) {
          if (asked[position % asked.length])
            expect([position, isBoundary(position)]).toEqual([position, edges.has(position)])
        }
      }),
      { numRuns: 500 },
    )
  })

  test('keeps CR LF together, and parts other ASCII', () => {
    expect(boundariesOf('a\r\nb\n\rc')).toEqual([1, 3, 4, 5, 6])
  })

  test('an accent may stand on a space', () => {
    expect(boundariesOf('a \u0301b')).toEqual([1, 3])
  })

  test.each([
    ['accents', 'a'.padEnd(200_000, '\u0301')],
    ['joined emoji', '👩‍'.repeat(70_000)],
    ['flags', '🇩🇪'.repeat(50_000)],
  ])('takes linear time over very many %s', (_name, text) => {
    const started = performance.now()
    boundariesOf(text)
    // Quadratic time takes tens of seconds here.
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})
