/** An element directly inside of a body. */
export interface XmlElement {
  name: string
  /** What is between its tags, as it was written. */
  inner: string
  closed: boolean
}

/** The elements of a body, and the text between them without comments and processing instructions. */
export interface XmlBody {
  elements: XmlElement[]
  text: string
}

const part =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<\s*([\p{L}_][\p{L}\p{N}_.:-]*)\s*(\/?)>|[^<]+|</gu

/**
 * Reads XML as models write it: tags without attributes; values that are anything up to their end tag, nested elements
 * of the same name counted; the last element may lack its end tag.
 */
export function readXmlBody(body: string): XmlBody {
  const elements: XmlElement[] = []
  const texts: string[] = []
  part.lastIndex = 0
  let at = 0
  while (at < body.length) {
    part.lastIndex = at
    const match = part.exec(body)
    if (!match) break
    const [whole, cdata, name, selfClosing] = match
    at = match.index + whole.length
    if (cdata !== undefined) texts.push(cdata)
    else if (name !== undefined) {
      const end = selfClosing ? { inner: at, outer: at, closed: true } : endOf(body, at, name)
      elements.push({ name, inner: body.slice(at, end.inner), closed: end.closed })
      at = end.outer
    } else if (!/^<[!?]/.test(whole)) texts.push(decodeEntities(whole))
  }
  return { elements, text: texts.join('') }
}

/** The text of a value: CDATA, or a value with tags in it, as it is; anything else with its entities decoded. */
export function xmlText(inner: string): string {
  const cdata = /^\s*<!\[CDATA\[([\s\S]*)\]\]>\s*$/.exec(inner)?.[1]
  if (cdata !== undefined && !cdata.includes(']]>')) return cdata
  return inner.includes('<') ? inner : decodeEntities(inner)
}

/** The text of a body without its tags. */
export function plainText(body: string): string {
  const kept = body.replace(
    /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<\/?[A-Za-z][^<>]*>|[^<]+|</g,
    (whole, cdata) =>
      typeof cdata === 'string' ? cdata : whole === '<' || !whole.startsWith('<') ? decodeEntities(whole) : '',
  )
  return kept.trim()
}

function endOf(body: string, from: number, name: string): { inner: number; outer: number; closed: boolean } {
  const tag = new RegExp(`<(/?)\\s*${name.replace(/[.]/g, '\\.')}\\s*(/?)>`, 'gu')
  tag.lastIndex = from
  let depth = 1
  for (let match = tag.exec(body); match; match = tag.exec(body)) {
    if (match[2]) continue
    depth += match[1] ? -1 : 1
    if (depth === 0) return { inner: match.index, outer: tag.lastIndex, closed: true }
  }
  return { inner: body.length, outer: body.length, closed: false }
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** XML's five entities and character references. */
export function decodeEntities(text: string): string {
  return text.replace(/&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([\da-fA-F]{1,6}));/g, (whole, name, decimal, hex) => {
    if (typeof name === 'string') return entities[name] ?? whole
    const code = Number.parseInt(decimal ?? hex, decimal === undefined ? 16 : 10)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
