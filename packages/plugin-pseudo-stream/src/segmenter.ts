/** Node's segmenters, each made by the first text that needs it: their dictionaries take longer than the plugin's start. */
const made: Partial<Record<Granularity, Intl.Segmenter>> = {}

type Granularity = 'grapheme' | 'word' | 'sentence'

export function segmenter(granularity: Granularity): Intl.Segmenter {
  made[granularity] ??= new Intl.Segmenter('en', { granularity })
  return made[granularity]
}
