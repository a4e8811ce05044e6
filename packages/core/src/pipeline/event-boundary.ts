import type { Step } from '../contract/event.ts'

const newline = 0x0a
const carriageReturn = 0x0d

/** Index behind the last blank line of a chunk of SSE; 0 where there is none. What came before may matter: its last bytes. */
export function lastBoundary(chunk: Buffer, previous: number, beforePrevious: number): number {
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

/**
 * Releases whole events alone, for bytes that a plugin's stage has cut anywhere: what follows them (a heartbeat, an error
 * frame) must not fall into an event's midst.
 */
export function holdPartialEvents(): Step<Buffer | string, Buffer> {
  let tail: Buffer = Buffer.alloc(0)
  return {
    write(chunk, emit) {
      const own = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
      const bytes = tail.length === 0 ? own : Buffer.concat([tail, own])
      const boundary = lastBoundary(bytes, 0, 0)
      tail = bytes.subarray(boundary)
      if (boundary > 0) emit(bytes.subarray(0, boundary))
    },
    end(emit) {
      if (tail.length > 0) emit(tail)
    },
  }
}
