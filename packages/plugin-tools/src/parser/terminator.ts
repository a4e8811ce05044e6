/** Finds the end of a text that is being read. */
export interface Terminator {
  /** The first terminator in `text` that begins at `from` or behind it. */
  find(text: string, from: number): { index: number; text: string } | undefined
  /** Where an incomplete terminator at the end of `text` may begin; the length of `text` where there is none. */
  hold(text: string, from: number): number
}

/** Any of several texts. Throws if one begins another: the result would depend on how the text is cut. */
export function oneOf(...texts: readonly string[]): Terminator {
  const clash = texts.find((text) => texts.some((other) => other !== text && other.startsWith(text)))
  if (clash !== undefined || texts.length === 0) throw new Error(`No terminator may begin another one: ${clash}`)
  const pattern = new RegExp(texts.map(escapePattern).join('|'), 'g')
  const longest = Math.max(...texts.map((text) => text.length))
  return {
    find: (text, from) => firstMatch(pattern, text, from),
    hold(text, from) {
      for (let index = Math.max(from, text.length - longest + 1); index < text.length; index += 1) {
        const tail = text.slice(index)
        if (texts.some((candidate) => candidate.startsWith(tail))) return index
      }
      return text.length
    },
  }
}

/** `</name>`, with up to eight characters of white space on either side of the name. */
export function closeTag(name: string): Terminator {
  const space = '\\s{0,8}'
  const pattern = new RegExp(`</${space}${escapePattern(name)}${space}>`, 'g')
  const longest = name.length + 19
  return {
    find: (text, from) => firstMatch(pattern, text, from),
    hold(text, from) {
      const open = text.lastIndexOf('<')
      return open >= from && text.length - open < longest ? open : text.length
    },
  }
}

export function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function firstMatch(pattern: RegExp, text: string, from: number): { index: number; text: string } | undefined {
  pattern.lastIndex = from
  const match = pattern.exec(text)
  return match ? { index: match.index, text: match[0] } : undefined
}
