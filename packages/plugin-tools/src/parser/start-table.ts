import type { Dialect, OfferedTools, Start } from './dialect.ts'
import { escapePattern } from './terminator.ts'

export interface TableEntry extends Start {
  dialect: Dialect
}

/** Looks for the starts of several dialects at once. */
export interface StartTable {
  /**
   * The first start at or behind `from`; `undefined` where there is none. `entries` is empty where the text goes on
   * (not `ended`) and its end may become a start.
   */
  find(text: string, from: number, ended: boolean): { index: number; entries: readonly TableEntry[] } | undefined
}

export function createStartTable(dialects: readonly Dialect[], tools: OfferedTools): StartTable {
  const entries = dialects.flatMap((dialect) => {
    const starts = typeof dialect.starts === 'function' ? dialect.starts(tools) : dialect.starts
    return starts.map((start) => ({ ...start, dialect }))
  })
  if (entries.length === 0) return { find: () => undefined }

  const byFirst = new Map<string, TableEntry[]>()
  for (const entry of entries) {
    const first = entry.text.charAt(0)
    byFirst.set(first, [...(byFirst.get(first) ?? []), entry])
  }
  const texts = [...new Set(entries.map(({ text }) => text))].sort((left, right) => right.length - left.length)
  const pattern = new RegExp(texts.map(escapePattern).join('|'), 'g')
  const longest = texts[0]?.length ?? 0

  /** The entries whose text is at `index`, and whether a longer one may still be completed by more text. */
  function matchesAt(text: string, index: number): { whole: TableEntry[]; open: boolean } {
    const candidates = byFirst.get(text.charAt(index)) ?? []
    const left = text.length - index
    const tail = left < longest ? text.slice(index) : ''
    return {
      whole: candidates.filter((entry) => text.startsWith(entry.text, index)),
      open: left < longest && candidates.some((entry) => entry.text.length > left && entry.text.startsWith(tail)),
    }
  }

  return {
    find(text, from, ended) {
      pattern.lastIndex = from
      const found = pattern.exec(text)?.index ?? text.length
      if (!ended) {
        for (let index = Math.max(from, text.length - longest + 1); index < found; index += 1) {
          if (matchesAt(text, index).open) return { index, entries: [] }
        }
      }
      if (found === text.length) return undefined
      const { whole, open } = matchesAt(text, found)
      return { index: found, entries: open && !ended ? [] : whole }
    },
  }
}
