import type { Emit } from 'argo-proxy'
import { createCursor, type FilledCursor } from './cursor.ts'
import type { Dialect, OfferedTools, ReadCall, ReadContext } from './dialect.ts'
import type { ParserEvent } from './parser-event.ts'
import type { TableEntry } from './start-table.ts'

/** What became of a block. `end` counts from the block's first character. */
export type Outcome =
  | {
      kind: 'calls'
      calls: ReadCall[]
      end: number
      dialect: Dialect
      unclosed: string | undefined
      streamed: number | undefined
    }
  /**
   * `skip`: so much of it is not searched again. `claimed`: a reader was sure that it read a call. `cut`: the text ended
   * while it read.
   */
  | { kind: 'text'; end: number; skip: number; claimed: Dialect | undefined; cut: boolean }
  | { kind: 'broken'; cause: 'cut' | 'malformed' }

/** Text that may be a call, while its readers have not decided. */
export interface OpenBlock {
  read(text: string, ended: boolean): Outcome | undefined
  /** All of it, as far as it was fed. */
  text(): string
}

export interface BlockOptions {
  tools: OfferedTools
  atBeginning: boolean
  unclosed: string | undefined
  cutOff(): boolean
  live: boolean
  /** Kept by the parser for the readers of its blocks, which never overlap. */
  cursors: FilledCursor[]
  emit: Emit<ParserEvent>
  isCallable(name: string): boolean
}

/**
 * Lets every dialect whose start was found read on at once. The first that makes calls of it wins; when the last has
 * given up it is text.
 */
export function createBlock(entries: readonly TableEntry[], options: BlockOptions): OpenBlock {
  const pieces: string[] = []
  let readers = entries.map((entry, index) => {
    const cursor = options.cursors[index] ?? createCursor()
    options.cursors[index] = cursor
    cursor.reset()
    return createReader(entry, cursor, options)
  })
  let furthest = 0
  let claimed: Dialect | undefined
  let skip = 1

  return {
    text: () => pieces.join(''),
    read(text, ended) {
      const first = pieces.length === 0
      pieces.push(text)
      for (const reader of readers) {
        const calls = reader.read(first ? text.slice(reader.skipped) : text, ended)
        furthest = Math.max(furthest, reader.end())
        skip = Math.max(skip, reader.plain())
        if (reader.claims()) claimed = reader.dialect
        if (calls) return reader.finish(calls)
      }
      if (readers.some((reader) => reader.failed())) {
        const last = readers
        readers = readers.filter((reader) => !reader.failed())
        if (readers.length === 0) {
          const cut = last.some((reader) => reader.cut())
          if (last.some((reader) => reader.streams())) return { kind: 'broken', cause: cut ? 'cut' : 'malformed' }
          return { kind: 'text', end: furthest, skip, claimed, cut }
        }
      }
      if (readers.length === 1) readers[0]?.flush(options.emit)
      return undefined
    },
  }
}

interface Reader {
  dialect: Dialect
  /** Characters at the beginning that are not for the reader. */
  skipped: number
  read(text: string, ended: boolean): ReadCall[] | undefined
  failed(): boolean
  cut(): boolean
  claims(): boolean
  streams(): boolean
  plain(): number
  end(): number
  flush(emit: Emit<ParserEvent>): void
  finish(calls: ReadCall[]): Outcome
}

function createReader(
  { text: start, included, read, dialect }: TableEntry,
  cursor: FilledCursor,
  options: BlockOptions,
): Reader {
  const skipped = included ? 0 : start.length
  let failed = false
  let cut = false
  let claimed = false
  let plain = 0
  let unclosed: string | undefined
  let live: { name: string; id?: string } | undefined
  let waiting: string[] = []
  /** What was given out of the arguments; absent where nothing was. */
  let streamed: string[] | undefined

  const context: ReadContext = {
    tools: options.tools,
    atBeginning: options.atBeginning,
    unclosed: options.unclosed,
    get cutOff() {
      return options.cutOff()
    },
    claim() {
      claimed = true
    },
    asText(position) {
      plain = skipped + position
    },
    lacks(endTag) {
      unclosed = endTag
    },
    stream(name, id) {
      if (!options.live || live || !options.isCallable(name)) return undefined
      live = id === undefined ? { name } : { name, id }
      return { write: (text) => void waiting.push(text) }
    },
  }
  const reading = read(cursor, context)

  return {
    dialect,
    skipped,
    failed: () => failed,
    cut: () => cut,
    claims: () => claimed,
    plain: () => plain,
    streams: () => streamed !== undefined,
    end: () => skipped + cursor.position,
    read(text, ended) {
      cursor.push(text)
      if (ended) cursor.end()
      const step = reading.next()
      if (step.done && step.value) return step.value
      failed = step.done === true || ended
      cut = failed && ended && cursor.ended
      return undefined
    },
    flush(emit) {
      if (!live) return
      if (!streamed) emit({ type: 'call-start', ...live })
      streamed ??= []
      for (const delta of waiting) emit({ type: 'call-delta', delta })
      streamed.push(...waiting)
      waiting = []
    },
    finish(calls) {
      const sent = streamed?.join('')
      const [first] = calls
      if (sent !== undefined && !(first?.name === live?.name && first?.arguments.startsWith(sent))) {
        return { kind: 'broken', cause: 'malformed' }
      }
      return { kind: 'calls', calls, end: skipped + cursor.position, dialect, unclosed, streamed: sent?.length }
    },
  }
}
