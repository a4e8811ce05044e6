import type { Emit } from 'argo-proxy'
import { createCursor, type FilledCursor } from './cursor.ts'
import type { Dialect, OfferedTools, ReadCall, ReadContext } from './dialect.ts'
import type { ParserEvent } from './parser-event.ts'
import type { TableEntry } from './start-table.ts'

/** The result of reading a block. `end`: how many of its characters were read. */
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
   * `skip`: how many characters are not searched for calls again. `claimed`: the dialect of a reader that was sure to
   * read a call. `cut`: the text ended while it was read.
   */
  | { kind: 'text'; end: number; skip: number; claimed: Dialect | undefined; cut: boolean }
  | { kind: 'broken'; cause: 'cut' | 'malformed' }

/** A text that may be a call, until its readers have decided. */
export interface OpenBlock {
  read(text: string, ended: boolean): Outcome | undefined
  /** All text that `read` was given. */
  text(): string
}

export interface BlockOptions {
  tools: OfferedTools
  atBeginning: boolean
  unclosed: string | undefined
  cutOff(): boolean
  live: boolean
  /** Cursors to use again: blocks of one parser never overlap. */
  cursors: FilledCursor[]
  emit: Emit<ParserEvent>
  isCallable(name: string): boolean
}

/**
 * Reads a block with every dialect whose start was found, side by side. The first one that finds calls wins; when all
 * have given up, the block is text.
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
  /** How many characters at the beginning the reader is not given. */
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
  /** The parts of the arguments that were emitted; absent while the call's start was not. */
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
