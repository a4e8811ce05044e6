/** Each segmenter is made when a text needs it: loading its dictionary takes longer than the plugin's start. */
const made: Partial<Record<Granularity, Intl.Segmenter>> = {}

type Granularity = 'grapheme' | 'word' | 'sentence'

export function segmenter(granularity: Granularity): Intl.Segmenter {
  made[granularity] ??= new Intl.Segmenter('en', { granularity })
  return made[granularity]
}
