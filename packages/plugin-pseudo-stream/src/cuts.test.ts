import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyText, graphemeEdges } from './any-text.test.fixture.ts'
import { type Cuts, cappedCuts, characterCuts, lineCuts, patternCuts, sentenceCuts, wordCuts } from './cuts.ts'

const all: [string, Cuts][] = [
  ['word', wordCuts],
  ['line', lineCuts],
  ['sentence', sentenceCuts],
  ['character', characterCuts],
  ['every third code point', patternCuts(/.{3}/gsu)],
  ['a pattern that matches nothing, everywhere', patternCuts(/(?:)/gu)],
  ['a pattern of single code units', patternCuts(/./gs)],
]

function pieces(cuts: Cuts, text: string): string[] {
  let from = 0
  return Array.from(cuts(text), (to) => {
    const piece = text.slice(from, to)
    from = to
    return piece
  })
}

describe.each(all)('%s', (_name, cuts) => {
  test('pieces join to exactly the text, none is empty, none splits a grapheme', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const edges = graphemeEdges(text)
        const ends = [...cuts(text)]
        expect(pieces(cuts, text).join('')).toBe(text)
        expect(ends.every((end, index) => end > (ends[index - 1] ?? 0))).toBe(true)
        expect(ends.filter((end) => !edges.has(end))).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  test('two texts may be cut at the same time', () => {
    const text = 'One two. Three 今天天气很好\nfour'
    const first = cuts(text)[Symbol.iterator]()
    const begun = first.next()
    expect(pieces(cuts, text).join('')).toBe(text)
    expect([begun.value, ...rest(first)]).toEqual([...cuts(text)])
  })
})

function rest(iterator: Iterator<number>): number[] {
  const values: number[] = []
  for (let next = iterator.next(); !next.done; next = iterator.next()) values.push(next.value)
  return values
}

describe('word', () => {
  test.each<[string, string[]]>([
    ['Hello, big  world!', ['Hello, ', 'big  ', 'world!']],
    ['  leading and trailing \n', ['  leading ', 'and ', 'trailing \n']],
    ['a\r\n\r\n  b', ['a\r\n\r\n  ', 'b']],
    ['   ', ['   ']],
    ['', []],
    ['No\u00a0break', ['No\u00a0', 'break']],
    ['Où êtes-vous ?', ['Où ', 'êtes-vous ', '?']],
    ['Привет, мир', ['Привет, ', 'мир']],
    ['hi 👩‍👩‍👧‍👦 🇩🇪🇫🇷!', ['hi ', '👩‍👩‍👧‍👦 ', '🇩🇪🇫🇷!']],
    ['a \u0301b', ['a \u0301b']],
    ['{"city":"Paris"}', ['{"city":"Paris"}']],
    ['今天天气很好。', ['今天', '天气', '很好。']],
    ['use 東京 now', ['use ', '東京 ', 'now']],
    ['สวัสดีครับ', ['สวัสดี', 'ครับ']],
    ['「東京」へ', ['「東京」', 'へ']],
  ])('%j', (text, expected) => {
    expect(pieces(wordCuts, text)).toEqual(expected)
  })

  test('no piece but the first begins with whitespace', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(
          pieces(wordCuts, text)
            .slice(1)
            .filter((piece) => /^\s/.test(piece)),
        ).toEqual([])
      }),
    )
  })
})

describe('line', () => {
  test.each<[string, string[]]>([
    ['one\ntwo', ['one\n', 'two']],
    ['one\r\n\r\n  two\r\n', ['one\r\n\r\n', '  two\r\n']],
    ['\n\n  one\n   \n\ntwo', ['\n\n  one\n   \n\n', 'two']],
    ['no end', ['no end']],
    ['old\rmac\u2028line', ['old\r', 'mac\u2028', 'line']],
    ['\n', ['\n']],
  ])('%j', (text, expected) => {
    expect(pieces(lineCuts, text)).toEqual(expected)
  })
})

describe('sentence', () => {
  test.each<[string, string[]]>([
    ['It is 3.14. Yes!  (No?) Fine', ['It is 3.14. ', 'Yes!  ', '(No?) ', 'Fine']],
    ['# Title\n\n- one\n- two', ['# Title\n\n', '- one\n', '- two']],
    ['\n\n今日は。さようなら。', ['\n\n今日は。', 'さようなら。']],
  ])('%j', (text, expected) => {
    expect(pieces(sentenceCuts, text)).toEqual(expected)
  })
})

describe('character', () => {
  test('each grapheme by itself', () => {
    expect(pieces(characterCuts, 'a\r\né 👍🏽e\u0301')).toEqual(['a', '\r\n', 'é', ' ', '👍🏽', 'e\u0301'])
  })
})

describe('pattern', () => {
  test('a piece ends where a match ends', () => {
    expect(pieces(patternCuts(/[,;]\s*/gu), 'a, b;c')).toEqual(['a, ', 'b;', 'c'])
    expect(pieces(patternCuts(/(?=#)/gu), 'a#b#c')).toEqual(['a', '#b', '#c'])
    expect(pieces(patternCuts(/never/gu), 'a, b')).toEqual(['a, b'])
  })
})

describe('cappedCuts', () => {
  test('joins neighbours where there are too many pieces', () => {
    expect(pieces(cappedCuts(characterCuts, 4), 'abcdefghij')).toEqual(['abc', 'def', 'ghi', 'j'])
    expect(pieces(cappedCuts(wordCuts, 3), 'a b c')).toEqual(['a ', 'b ', 'c'])
    expect(pieces(cappedCuts(characterCuts, 4), 'abcd')).toEqual(['a', 'b', 'c', 'd'])
  })

  test('never gives more than the limit, and loses nothing', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 10 }), (text, limit) => {
        const some = pieces(cappedCuts(wordCuts, limit), text)
        expect(some.length).toBeLessThanOrEqual(limit)
        expect(some.join('')).toBe(text)
      }),
    )
  })
})

test.each<[string, Cuts, string]>([
  ['spaces after a line', lineCuts, `x\n${' '.repeat(300_000)}y`],
  ['one line without an end', lineCuts, 'word '.repeat(60_000)],
  ['one word', wordCuts, 'x'.repeat(300_000)],
  ['nothing but spaces', wordCuts, ' '.repeat(300_000)],
  ['accents', characterCuts, `x${'\u0301'.repeat(100_000)}`],
  ['one sentence without an end', sentenceCuts, 'word '.repeat(60_000)],
])('a long text takes linear time: %s', (_name, cuts, text) => {
  const started = performance.now()
  expect([...cuts(text)].at(-1)).toBe(text.length)
  // Quadratic time takes tens of seconds here.
  expect(performance.now() - started).toBeLessThan(2_000)
})
