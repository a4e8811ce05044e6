import type { Emit, StreamEvent } from '../../contract/event.ts'
import { isRecord } from '../../record.ts'
import { newId } from '../../wire/ids.ts'
import { type JsonObject, parseJson } from '../json.ts'
import { unknownFields } from './unknown-fields.ts'

/** Reads the tool calls of one choice, whole or in pieces, as events with rising indexes. */
export interface ToolCallReader {
  /** An entry of `tool_calls`. */
  take(entry: JsonObject, emit: Emit<StreamEvent>): void
  /** The legacy `function_call`. */
  takeFunction(entry: JsonObject, emit: Emit<StreamEvent>): void
  /** Ends every call. */
  close(emit: Emit<StreamEvent>): void
  /** How many calls have begun. */
  count(): number
}

interface Call {
  /** As the upstream says it; servers that number badly give several calls the same. */
  place: unknown
  /** As the upstream says it, who may say it twice; empty where it says none. */
  said: string
  /** As it goes on: no other call of the choice has it. */
  id: string
  name: string
  arguments: string
  /** Within the choice, from 0. */
  index: number
}

const knownOfEntry = new Set(['index', 'id', 'type', 'function', 'name', 'arguments'])
const legacyPlace = 'function_call'

export function toolCallReader(choice: number): ToolCallReader {
  const calls: Call[] = []

  function begin({ place, id: said, name }: Piece, extra: JsonObject | undefined, emit: Emit<StreamEvent>): Call {
    const taken = said === '' || calls.some(({ id }) => id === said)
    const call = { place, said, id: taken ? newId('call_') : said, name, arguments: '', index: calls.length }
    calls.push(call)
    emit({ type: 'tool-call-start', choice, index: call.index, id: call.id, name, ...(extra && { extra }) })
    return call
  }

  function append(call: Call, value: unknown, extra: JsonObject | undefined, emit: Emit<StreamEvent>): void {
    const said = textOf(value)
    // An object is the whole of the arguments: once is enough.
    const delta = typeof value !== 'string' && call.arguments !== '' ? '' : said
    if (delta === '' && !extra) return
    call.arguments += delta
    emit({ type: 'tool-call-delta', choice, index: call.index, delta, ...(extra && { extra }) })
  }

  return {
    take(entry, emit) {
      const declared = isRecord(entry.function) ? entry.function : entry
      const id = typeof entry.id === 'string' ? entry.id : ''
      const name = typeof declared.name === 'string' ? declared.name : ''
      const piece = { place: entry.index, id, name, json: textOf(declared.arguments) }
      const known = findCall(calls, piece)
      // A piece that belongs to nothing: without a name no client could do anything with it.
      if (!known && name === '') return
      const extra = unknownFields(entry, knownOfEntry)
      if (known) append(known, declared.arguments, extra, emit)
      else append(begin(piece, extra, emit), declared.arguments, undefined, emit)
    },
    takeFunction(entry, emit) {
      const known = calls.find(({ place }) => place === legacyPlace)
      const name = typeof entry.name === 'string' ? entry.name : ''
      if (!known && name === '') return
      const piece = { place: legacyPlace, id: '', name, json: '' }
      append(known ?? begin(piece, undefined, emit), entry.arguments, undefined, emit)
    },
    close(emit) {
      for (const { index } of calls) emit({ type: 'tool-call-end', choice, index })
    },
    count: () => calls.length,
  }
}

interface Piece {
  place: unknown
  id: string
  name: string
  json: string
}

/**
 * The call that a piece belongs to; `undefined` where it begins a new one. Servers leave out the index, or give 0 to all,
 * or repeat id and name with every piece, or give several calls the same id.
 */
function findCall(calls: readonly Call[], { place, id, name, json }: Piece): Call | undefined {
  const isPlaced = place !== undefined && place !== null
  const isHere = (call: Call): boolean => !isPlaced || call.place === place
  const isMeant = (call: Call): boolean => id !== '' && call.said === id
  // Without a name it can begin nothing: it goes on with what fits best.
  if (name === '') {
    return calls.findLast((call) => isMeant(call) && isHere(call)) ?? calls.findLast(isMeant) ?? calls.findLast(isHere)
  }
  const last = calls.findLast((call) => isHere(call) && (id === '' || isMeant(call)))
  if (last?.name !== name) return undefined
  if (id !== '' && isPlaced) return last
  // A name where the arguments before it are whole, or where there are none again: the next call.
  if (isWhole(last.arguments)) return id !== '' && json === '' ? last : undefined
  const isNoneAgain = !isPlaced && id === '' && last.arguments === '' && json === ''
  return isNoneAgain ? undefined : last
}

/** Arguments are a text, or the object itself. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : isRecord(value) ? JSON.stringify(value) : ''
}

function isWhole(json: string): boolean {
  return json !== '' && parseJson(json) !== undefined
}
