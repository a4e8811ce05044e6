import type { Step } from '../contract/event.ts'
import { joinChunks } from '../wire/join-chunks.ts'
import { bytesOf } from '../wire/text-or-bytes.ts'

const newline = 0x0a
const carriageReturn = 0x0d

/** Index behind the last blank line of a chunk of SSE; 0 where there is none. What came before may matter: its last bytes. */
function lastBoundary(chunk: Buffer, previous: number, beforePrevious: number): number {
  const at = (index: number): number | undefined =>
    index >= 0 ? chunk[index] : index === -1 ? previous : index === -2 ? beforePrevious : 0
  for (
    let index = chunk.lastIndexOf(newline);
    index >= 0;
    index = index > 0 ? chunk.lastIndexOf(newline, index - 1) : -1
  ) {
    const before = at(index - 1)
    if (before === newline || (before === carriageReturn && at(index - 2) === newline)) return index + 1
  }
  return 0
}

const done = Buffer.from('[DONE]')
const beforeDone = /(?:^|[\r\n])data: ?$/
/** `\ndata: `, the most that matters. */
const longestBefore = 7

/** Whether the terminal event `data: [DONE]` is among whole events: the same characters inside an answer's JSON are text. */
export function holdsDone(events: Buffer): boolean {
  for (let index = events.indexOf(done); index >= 0; index = events.indexOf(done, index + 1)) {
    if (beforeDone.test(events.toString('latin1', Math.max(0, index - longestBefore), index))) return true
  }
  return false
}

/** Makes whole events of bytes that are cut anywhere: what has not ended is held until it has. */
export class EventGatherer {
  #held: Buffer[] = []
  // The last two bytes that came: a blank line may be split anywhere.
  #previous = 0
  #beforePrevious = 0

  /** The events that are whole with this chunk, if any are: a part of the chunk where nothing was held. */
  take(chunk: Buffer): Buffer | undefined {
    if (chunk.length === 0) return undefined
    const boundary = lastBoundary(chunk, this.#previous, this.#beforePrevious)
    this.#beforePrevious = chunk[chunk.length - 2] ?? this.#previous
    this.#previous = chunk[chunk.length - 1] ?? 0
    // Nearly every chunk is one whole event.
    if (boundary === chunk.length && this.#held.length === 0) return chunk
    const whole = boundary === 0 ? undefined : joinChunks([...this.#held, chunk.subarray(0, boundary)])
    if (whole) this.#held = []
    const rest = chunk.subarray(boundary)
    if (rest.length > 0) this.#held.push(rest)
    return whole
  }

  /** What is held. */
  rest(): Buffer {
    return joinChunks(this.#held)
  }
}

/**
 * Releases whole events alone, for bytes that a plugin's stage has cut anywhere: what follows them (a heartbeat, an error
 * frame) must not fall into an event's midst.
 */
export function holdPartialEvents(): Step<Buffer | string, Buffer> {
  const events = new EventGatherer()
  return {
    write(chunk, emit) {
      const whole = events.take(bytesOf(chunk))
      if (whole) emit(whole)
    },
    end(emit) {
      const rest = events.rest()
      if (rest.length > 0) emit(rest)
    },
  }
}
