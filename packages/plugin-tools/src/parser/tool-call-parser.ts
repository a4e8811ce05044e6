import type { Emit, Step } from 'argo-proxy'
import { createBlock, type OpenBlock } from './block.ts'
import type { FilledCursor } from './cursor.ts'
import type { Dialect, OfferedTools } from './dialect.ts'
import type { ParserEvent } from './parser-event.ts'
import { createStartTable, type StartTable } from './start-table.ts'
import { isBlank } from './white-space.ts'

export interface ParserOptions {
  dialects: readonly Dialect[]
  tools?: OfferedTools
  /** What becomes of a call to a tool that was not offered. */
  unknownTool?: 'text' | 'pass'
  /** Emit calls while they are read. */
  live?: boolean
  /** Called for each text that was meant as a call and cannot be read. `cut`: the text ended within it. */
  onMalformed?: (fault: { dialect: string; cut: boolean }) => void
}

export interface ToolCallParser extends Step<string, ParserEvent> {
  /** `cutOff`: the upstream says that the text was cut off (the finish reason `length`). */
  end(emit: Emit<ParserEvent>, cutOff?: boolean): void
}

/** A failed call that is longer than this many characters counts as long. */
const longFailure = 1_000
/** This many long failures are searched for calls within them. Later ones stay text, so that the time stays linear. */
const longFailures = 32

const tables = new WeakMap<readonly Dialect[], StartTable>()

/**
 * Finds the calls in a model's text; the rest comes out as text, unchanged. The events, with their deltas joined, do
 * not depend on the pieces in which the text comes.
 */
export function createToolCallParser(options: ParserOptions): ToolCallParser {
  const { dialects, tools, unknownTool = 'text', live = false, onMalformed } = options
  const table = startTable(dialects, tools)
  const cursors: FilledCursor[] = []
  /** The end of the text so far, where it may be the beginning of a start. */
  let held = ''
  let block: OpenBlock | undefined
  let failures = longFailures
  let unclosed: string | undefined
  /** White space behind a call of a dialect that drops it if another call follows. */
  let gap = ''
  let gapOf: Dialect | undefined
  let dropping = false
  let atBeginning = true
  let broken = false
  let cutOff = false

  function emitText(text: string, emit: Emit<ParserEvent>): void {
    if (text === '') return
    if (atBeginning) atBeginning = isBlank(text)
    if (dropping || broken) return
    if (gapOf && isBlank(text)) {
      gap += text
      return
    }
    emit({ type: 'text', text: gap + text })
    gap = ''
    gapOf = undefined
  }

  /** Looks for a start and opens a block; returns the text from there on. */
  function scan(text: string, ended: boolean, emit: Emit<ParserEvent>): string | undefined {
    const found = table.find(text, 0, ended)
    if (!found) {
      emitText(text, emit)
      return undefined
    }
    emitText(found.index === 0 ? '' : text.slice(0, found.index), emit)
    if (found.entries.length === 0) {
      held = text.slice(found.index)
      return undefined
    }
    block = createBlock(found.entries, {
      tools,
      atBeginning,
      unclosed,
      cutOff: () => cutOff,
      live,
      cursors,
      emit,
      isCallable,
    })
    return text.slice(found.index)
  }

  function isCallable(name: string): boolean {
    return unknownTool === 'pass' || tools === undefined || tools.has(name)
  }

  /** Feeds the open block; returns the text behind it once its readers have decided. */
  function feed(current: OpenBlock, text: string, ended: boolean, emit: Emit<ParserEvent>): string | undefined {
    const outcome = current.read(text, ended)
    if (outcome === undefined) return undefined
    block = undefined
    if (outcome.kind === 'broken') {
      broken = true
      emit({ type: 'call-broken', cause: outcome.cause })
      return undefined
    }
    const all = current.text()
    if (outcome.kind === 'text') {
      if (outcome.claimed) onMalformed?.({ dialect: outcome.claimed.name, cut: outcome.cut })
      const skipped = outcome.end > longFailure && failures-- <= 0 ? outcome.end : outcome.skip
      emitText(all.slice(0, skipped), emit)
      return all.slice(skipped)
    }
    if (outcome.calls.length > 0 && !outcome.calls.every(({ name }) => isCallable(name))) {
      emitText(all.slice(0, outcome.end), emit)
      return all.slice(outcome.end)
    }
    unclosed = outcome.unclosed
    if (outcome.calls.length > 0) {
      atBeginning = false
      if (gapOf !== outcome.dialect) flushGap(emit)
      gap = ''
      for (const [index, call] of outcome.calls.entries()) {
        const sent = index === 0 ? outcome.streamed : undefined
        if (sent === undefined)
          emit({ type: 'call-start', name: call.name, ...(call.id === undefined ? {} : { id: call.id }) })
        const rest = call.arguments.slice(sent ?? 0)
        if (rest !== '') emit({ type: 'call-delta', delta: rest })
        emit({ type: 'call-end' })
      }
      gapOf = outcome.dialect.dropsGaps ? outcome.dialect : undefined
      // What was read at the end of the text alone has been cut: what is left then is the rest of a call.
      dropping ||= outcome.dialect.endsTurn === true && !ended
    }
    return all.slice(outcome.end)
  }

  function flushGap(emit: Emit<ParserEvent>): void {
    if (gap !== '' && !dropping) emit({ type: 'text', text: gap })
    gap = ''
    gapOf = undefined
  }

  function run(text: string, ended: boolean, emit: Emit<ParserEvent>): void {
    let rest: string | undefined = text
    while (rest !== undefined && !broken) {
      rest = block ? feed(block, rest, ended, emit) : scan(rest, ended, emit)
      if (rest === '' && !(ended && block)) rest = undefined
    }
  }

  return {
    write(text, emit) {
      if (text === '' || broken) return
      const all = held === '' ? text : held + text
      held = ''
      run(all, false, emit)
    },
    end(emit, wasCut = false) {
      cutOff = wasCut
      const all = held
      held = ''
      if (block || all !== '') run(all, true, emit)
      flushGap(emit)
    },
  }
}

/** A table that does not depend on the tools is made once for each list of dialects. */
function startTable(dialects: readonly Dialect[], tools: OfferedTools): StartTable {
  if (dialects.some(({ starts }) => typeof starts === 'function')) return createStartTable(dialects, tools)
  const known = tables.get(dialects)
  if (known) return known
  const table = createStartTable(dialects, undefined)
  tables.set(dialects, table)
  return table
}
