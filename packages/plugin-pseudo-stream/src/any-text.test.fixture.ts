import fc from 'fast-check'

const fragments = [
  ...['Hello', 'naïve', 'e\u0301', 'a', 'it’s', '3.14', 'привет', 'שלום', 'don’t'],
  ...[' ', '  ', '\n', '\r\n', '\r', '\t', '\n\n', '\u00a0', '\u3000', '\u2028', ' \n'],
  ...['.', '! ', '? ', '。', ', ', '(', ')', '"', '```', '# '],
  ...['👩‍👩‍👧‍👦', '👍🏽', '❤️', '🇩🇪', '🇫🇷', '1️⃣', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '\u200d', '\ufe0f'],
  ...[
    '今天天气很好',
    'とうきょう',
    'カ゛',
    'สวัสดีครับ',
    'น้ำ',
    'ភាសាខ្មែរ',
    'မြန်မာ',
    '한국어',
    '\u1112\u1161\u11ab',
    'क्षि',
    'நி',
    '\u0600',
  ],
  // Half a surrogate pair, marks without a base character, a control character, a space without width.
  ...['\ud83d', '\ude00', '\u0301', '\u0308\u0301', '\u0000', '\u200b'],
]

/** Texts with characters of all kinds next to each other. */
export const anyText = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...fragments), { maxLength: 30 }).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
)

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Where the graphemes of a text start, and where the text ends. */
export function graphemeEdges(text: string): Set<number> {
  return new Set([...Array.from(graphemes.segment(text), ({ index }) => index), text.length])
}
