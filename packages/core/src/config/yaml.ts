import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml'
import { ConfigError, type ConfigFault, type Location } from './fault.ts'
import type { Path, SourceFile } from './source-file.ts'

export interface YamlOptions {
  /** The name that faults carry. */
  file: string
  /** 1.1 reads `yes` and `on` as booleans, as PyYAML does. */
  version?: '1.1' | '1.2'
  /** What a reader calls the format in a fault. */
  format?: 'YAML' | 'JSON'
  /** Only faults below this key of the root matter: the rest of a `package.json` is not ours. */
  only?: string
}

/** Reads YAML, or JSON, which is a part of it, and keeps the positions. Throws a ConfigError with all syntax faults. */
export function parseYaml(text: string, { file, version = '1.2', format = 'YAML', only }: YamlOptions): SourceFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version })
  const place = (offset: number): Location => {
    const { line, col } = lines.linePos(offset)
    return { file, line, column: col }
  }

  const faults: ConfigFault[] = []
  const duplicates: ConfigFault[] = []
  const part = only === undefined ? undefined : pairOf(document.contents, only, document)?.value?.range
  for (const { code, pos, message } of document.errors) {
    const location = place(pos[0])
    if (code === 'MULTIPLE_DOCS')
      faults.push({ location, key: format, message: 'a second document begins here: leave one of the two out' })
    else if (code !== 'DUPLICATE_KEY')
      faults.push({ location, key: format, message: `${sentence(message)}: correct it here` })
    else if (!only || (part && pos[0] >= part[0] && pos[0] < part[2])) {
      const key = /^["']?([\w.-]+)/.exec(text.slice(pos[0]))?.[1] ?? 'key'
      duplicates.push({ location, key, message: 'stands here a second time: leave one of the two out' })
    }
  }
  if (faults.length === 0) faults.push(...oddNodes(document, place, format))
  if (faults.length === 0 && format === 'JSON' && only === undefined) faults.push(...jsonFaults(text, file))
  if (faults.length > 0) throw new ConfigError(faults)

  return {
    value: contentOf(document, format, file),
    faults: duplicates,
    locate: (path, at = 'value') => {
      const offset = offsetOf(document, path, at)
      return offset === undefined ? undefined : place(offset)
    },
  }
}

/** What YAML can say and a configuration cannot: the library would take it for something else, or tell it without a line. */
function oddNodes(document: Document, place: (offset: number) => Location, key: string): ConfigFault[] {
  const faults: ConfigFault[] = []
  const report = (offset: number | undefined, message: string): void => {
    faults.push({ location: place(offset ?? 0), key, message })
  }
  for (const { code, pos, message } of document.warnings) {
    if (code === 'TAG_RESOLVE_FAILED') report(pos[0], `${sentence(message)}: leave the tag out`)
  }
  visit(document, {
    Alias: (_, alias, around) => {
      const target = alias.resolve(document)
      const name = alias.source
      if (target === undefined)
        report(alias.range?.[0], `*${name} stands for nothing: write &${name} before what it shall repeat`)
      else if (around.includes(target)) report(alias.range?.[0], `*${name} stands within itself: leave it out`)
    },
    Pair: (_, { key: name }) => {
      if (isCollection(name)) report(name.range?.[0], 'a list or a mapping is no key: write a text')
    },
  })
  return faults
}

/** The parser takes more for JSON than anybody else does, or takes a comment for a part of a key. */
function jsonFaults(text: string, file: string): ConfigFault[] {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''))
    return []
  } catch (error) {
    const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(error instanceof Error ? error.message : '') ?? []
    const message = 'is not JSON: write it without comments and final commas, or as YAML in a file that ends in .yaml'
    return [{ location: { file, ...(line && { line: Number(line), column: Number(column) }) }, key: 'JSON', message }]
  }
}

function contentOf(document: Document, format: string, file: string): unknown {
  try {
    return document.toJS()
  } catch (error) {
    // A bomb of aliases.
    const message = `${sentence(error instanceof Error ? error.message : String(error))}: correct it`
    throw new ConfigError([{ location: { file }, key: format, message }])
  }
}

/** Follows the path as far as the file goes, and says where the last part of it stands. */
function offsetOf(document: Document, path: Path, at: 'key' | 'value'): number | undefined {
  let node: unknown = document.contents
  let offset: number | undefined
  for (const [index, name] of path.entries()) {
    const pair = pairOf(node, name, document)
    if (!pair) break
    // The value of a block begins on another line, and what is wrong is better seen at its key.
    const atKey = (at === 'key' && index === path.length - 1) || !standsOnItsLine(pair.value)
    offset = ((atKey ? pair.key : pair.value) ?? pair.key ?? pair.value)?.range?.[0] ?? offset
    node = pair.value
  }
  return offset
}

interface Found {
  key?: Node
  value?: Node
}

function pairOf(node: unknown, name: string | number, document: Document): Found | undefined {
  const target = isAlias(node) ? node.resolve(document) : node
  if (isSeq(target)) {
    const item = typeof name === 'number' ? target.items[name] : undefined
    return isNode(item) ? { value: item } : undefined
  }
  if (!isMap(target)) return undefined
  const pair = target.items.find(({ key }) => isScalar(key) && String(key.value) === String(name))
  if (!pair || !isNode(pair.key)) return undefined
  return { key: pair.key, value: isNode(pair.value) ? pair.value : undefined }
}

function isNode(value: unknown): value is Node {
  return isScalar(value) || isCollection(value) || isAlias(value)
}

function standsOnItsLine(value: Node | undefined): boolean {
  if (value === undefined) return false
  if (isScalar(value)) return value.type !== 'PLAIN' || value.source !== ''
  return !isCollection(value) || value.flow === true
}

function sentence(message: string): string {
  return message.replace(/\s+/g, ' ').replace(/[.:\s]+$/, '')
}
