import type { Emit, StreamEvent } from '../../contract/event.ts'

/** A frame of which the whole meaning is one text of one choice. */
interface TextFrame {
  choice: number
  delta: string
}

/**
 * Reads the frames of a stream that differ in their text alone, which nearly all of them do, without parsing them: what
 * stands before and behind the text of one frame stands there in the next.
 */
export interface FrameTemplate {
  /** Gives out the frames that stand at `from` in a text, as many as are like the one learnt; returns where they end. */
  read(text: string, from: number, emit: Emit<StreamEvent>): number
  /** `data`: of a frame, as JSON. */
  learn(data: string, frame: TextFrame): void
  forget(): void
}

const opening = '"content":"'
/** What stands around a frame's data, as nearly all servers write it. */
const beforeData = 'data: '
const behindData = '\n\n'
const backslash = 0x5c
/** Below it are the characters that a JSON string may not hold as they are. */
const firstPlain = 0x20

export function frameTemplate(): FrameTemplate {
  let learnt: { choice: number; head: string; tail: string } | undefined

  return {
    read(text, from, emit) {
      if (learnt === undefined) return from
      const { choice, head, tail } = learnt
      let at = from
      while (text.startsWith(head, at)) {
        const start = at + head.length
        const end = closingQuote(text, start)
        if (end < 0 || !text.startsWith(tail, end)) break
        const delta = textOf(text.slice(start, end))
        if (delta === undefined) break
        if (delta !== '') emit({ type: 'text-delta', choice, delta })
        at = end + tail.length
      }
      return at
    },
    learn(data, { choice, delta }) {
      learnt = undefined
      const at = data.indexOf(opening)
      // Where the same member stands twice, it is not known which of them is the text.
      if (at < 0 || data.indexOf(opening, at + 1) >= 0) return
      const from = at + opening.length
      const to = closingQuote(data, from)
      if (to < 0 || textOf(data.slice(from, to)) !== delta) return
      learnt = { choice, head: beforeData + data.slice(0, from), tail: data.slice(to) + behindData }
    },
    forget() {
      learnt = undefined
    },
  }
}

/** What the inside of a JSON string says; `undefined` where it is none. */
function textOf(json: string): string | undefined {
  if (isPlain(json)) return json
  try {
    const text: unknown = JSON.parse(`"${json}"`)
    return typeof text === 'string' ? text : undefined
  } catch {
    return undefined
  }
}

/** It stands for itself. */
function isPlain(json: string): boolean {
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at)
    if (code < firstPlain || code === backslash) return false
  }
  return true
}

/** The first quote that is not escaped; -1 where there is none. `from`: within a string. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from)
  while (at >= 0 && isEscaped(text, at, from)) at = text.indexOf('"', at + 1)
  return at
}

function isEscaped(text: string, position: number, from: number): boolean {
  let at = position
  while (at > from && text.charCodeAt(at - 1) === backslash) at -= 1
  return (position - at) % 2 === 1
}
