import type { Emit, StreamEvent } from '../../contract/event.ts'
import { newId } from '../../wire/ids.ts'
import { isObject, type JsonObject, parseJson } from '../json.ts'
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

  function begin(place: unknown, id: string, name: string, emit: Emit<StreamEvent>): Call {
    const call = { place, id: id || newId('call_'), name, arguments: '', index: calls.length }
    calls.push(call)
    emit({ type: 'tool-call-start', choice, index: call.index, id: call.id, name })
    return call
  }

  function append(call: Call, value: unknown, emit: Emit<StreamEvent>): void {
    const piece = typeof value === 'string' ? value : isObject(value) ? JSON.stringify(value) : ''
    if (piece === '') return
    // An object is the whole of the arguments: once is enough.
    if (typeof value !== 'string' && call.arguments !== '') return
    call.arguments += piece
    emit({ type: 'tool-call-delta', choice, index: call.index, delta: piece })
  }

  return {
    take(entry, emit) {
      const declared = isObject(entry.function) ? entry.function : entry
      const id = typeof entry.id === 'string' ? entry.id : ''
      const name = typeof declared.name === 'string' ? declared.name : ''
      const known = findCall(calls, entry.index, id, name)
      // A piece that belongs to nothing: without a name no client could do anything with it.
      if (!known && name === '') return
      const call = known ?? begin(entry.index, id, name, emit)
      append(call, declared.arguments, emit)
      const extra = unknownFields(entry, knownOfEntry)
      if (!extra) return
      const choices = [{ index: choice, delta: { tool_calls: [{ index: call.index, ...extra }] } }]
      emit({ type: 'raw', format: 'chat-completions', value: { choices } })
    },
    takeFunction(entry, emit) {
      const known = calls.find(({ place }) => place === legacyPlace)
      const name = typeof entry.name === 'string' ? entry.name : ''
      if (!known && name === '') return
      append(known ?? begin(legacyPlace, '', name, emit), entry.arguments, emit)
    },
    close(emit) {
      for (const { index } of calls) emit({ type: 'tool-call-end', choice, index })
    },
    count: () => calls.length,
  }
}

/**
 * The call that a piece belongs to; `undefined` where it begins a new one. Servers leave out the index, or give 0 to all,
 * or repeat id and name with every piece.
 */
function findCall(calls: readonly Call[], place: unknown, id: string, name: string): Call | undefined {
  const byId = id === '' ? undefined : calls.findLast((call) => call.id === id)
  if (byId) return byId
  const last = place === undefined || place === null ? calls.at(-1) : calls.findLast((call) => call.place === place)
  if (!last || name === '') return last
  // Another id, or a name where the arguments before it are whole: the next call.
  if (id !== '' || name !== last.name) return undefined
  return isWhole(last.arguments) ? undefined : last
}

function isWhole(json: string): boolean {
  return json !== '' && parseJson(json) !== undefined
}
