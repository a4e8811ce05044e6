import type { Step, StreamEvent } from '../contract/event.ts'
import type { Exchange } from '../contract/exchange.ts'
import { isStreamEvent } from '../contract/is-stream-event.ts'
import type { BracketPiece, Stage, TransformStream } from '../contract/plugin.ts'
import { fakeExchange } from './fake-exchange.ts'

/**
 * Runs a stage of the slot `events`, or one end of a mode's bracket, by itself over a whole answer. Rejects with what the
 * piece throws, or when it gives out something that is no event.
 */
export async function runEvents(
  piece: Stage | BracketPiece,
  events: Iterable<StreamEvent>,
  exchange: Exchange = fakeExchange(),
): Promise<StreamEvent[]> {
  const out: unknown[] = []
  if (piece === 'passthrough') out.push(...events)
  else if ('create' in piece) await driveStream(piece.create(exchange), events, out)
  else if (!('slot' in piece) || piece.slot === 'events') driveStep(piece.step(exchange), events, out)
  else throw new Error(`A stage of the slot ${piece.slot} takes no events: run it with runBytes.`)
  return out.map((value) => {
    if (isStreamEvent(value)) return value
    throw new Error(`The stage gave out something that is no event: ${JSON.stringify(value)}.`)
  })
}

/** Runs a stage of bytes by itself over chunks. Gives all that came out, as one. */
export async function runBytes(
  stage: Stage,
  chunks: Iterable<string | Uint8Array>,
  exchange: Exchange = fakeExchange(),
): Promise<Buffer> {
  if (stage.slot === 'events') throw new Error('A stage of the slot events takes no bytes: run it with runEvents.')
  const buffers = Array.from(chunks, (chunk) => Buffer.from(chunk))
  const out: unknown[] = []
  if ('create' in stage) await driveStream(stage.create(exchange), buffers, out)
  else driveStep(stage.step(exchange), buffers, out)
  return Buffer.concat(
    out.map((value) => {
      if (Buffer.isBuffer(value)) return value
      throw new Error(`The stage gave out something that is no Buffer: ${JSON.stringify(value)}.`)
    }),
  )
}

function driveStep<In>(step: Step<In, unknown>, values: Iterable<In>, out: unknown[]): void {
  const emit = (value: unknown): void => void out.push(value)
  for (const value of values) step.write(value, emit)
  step.end?.(emit)
}

function driveStream(stream: TransformStream, values: Iterable<unknown>, out: unknown[]): Promise<void> {
  const source = values[Symbol.iterator]()
  return new Promise((resolve, reject) => {
    stream.on('data', (value) => out.push(value))
    stream.on('end', () => resolve())
    stream.on('error', reject)
    // After `end` this comes too late to matter.
    stream.on('close', () => reject(new Error('The stream was destroyed before its end.')))
    stream.on('drain', feed)
    feed()
  })

  function feed(): void {
    for (let next = source.next(); !next.done; next = source.next()) if (!stream.write(next.value)) return
    stream.end()
  }
}
