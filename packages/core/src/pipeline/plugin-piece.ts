import type { EventStep, Step } from '../contract/event.ts'
import type { Exchange } from '../contract/exchange.ts'
import { isStreamEvent } from '../contract/is-stream-event.ts'
import type { TransformStream } from '../contract/plugin.ts'
import type { Built, Piece } from './piece.ts'

/** What a plugin makes for an exchange: a step or a Transform stream. */
export type Making =
  | { step(exchange: Exchange): EventStep | Step<Buffer, Buffer> }
  | { create(exchange: Exchange): TransformStream }

/** A piece that a plugin makes: what it makes, and what comes out of that, is looked at before it is relied on. */
export function pluginPiece(place: Pick<Piece, 'name' | 'owner' | 'slot'>, making: Making, exchange: Exchange): Piece {
  const isOfBytes = place.slot === 'upstream-bytes' || place.slot === 'client-bytes'
  return {
    ...place,
    build: () => built(making, exchange),
    check: isOfBytes ? checkBytes : checkEvent,
  }
}

function built(making: Making, exchange: Exchange): Built {
  if ('step' in making) {
    const step = making.step(exchange)
    if (!has(step, ['write'])) throw new TypeError('Its step() gave no step: { write(value, emit), end?(emit) }.')
    return { step }
  }
  const stream = making.create(exchange)
  if (!has(stream, ['write', 'end', 'on', 'pause', 'resume', 'destroy']))
    throw new TypeError('Its create() gave no Transform stream.')
  return { stream }
}

function has(value: unknown, methods: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false
  return methods.every((name) => typeof Reflect.get(value, name) === 'function')
}

function checkBytes(value: unknown): void {
  if (!Buffer.isBuffer(value)) throw new TypeError(`It gave ${shown(value)} where Buffers flow.`)
}

function checkEvent(value: unknown): void {
  if (!isStreamEvent(value)) throw new TypeError(`It gave ${shown(value)} where events flow.`)
}

/** What kind of value it is, and nothing of what it says: that is a part of an answer. */
function shown(value: unknown): string {
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : `a value of type ${typeof value}`
  const type = 'type' in value && typeof value.type === 'string' ? ` of type ${JSON.stringify(value.type)}` : ''
  return `an object${type} with the fields ${Object.keys(value).slice(0, 10).join(', ') || '(none)'}`
}
