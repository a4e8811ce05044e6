import type { Emit, StreamEvent } from '../../contract/event.ts'
import { latin1Of, textOfLatin1 } from '../../wire/text-or-bytes.ts'

/** A frame of which the whole meaning is one text of one choice. */
interface TextFrame {
  choice: number
  delta: string
}

/**
 * Reads the frames of a stream that differ in their text alone, which nearly all of them do, without parsing them: what
 * stands before and behind the text of one frame stands there in the next. It reads bytes, each as a character (`latin1`):
 * only a text that needs it is decoded, and what is compared is as short as can be.
 */
export interface FrameTemplate {
  /** Gives out the frames that stand at `from` in the bytes, as many as are like the one learnt; returns where they end. */
  read(bytes: string, from: number, emit: Emit<StreamEvent>): number
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
const lastAscii = 0x7f

export function frameTemplate(): FrameTemplate {
  let learnt: { choice: number; head: string; tail: string } | undefined

  return {
    read(bytes, from, emit) {
      if (learnt === undefined) return from
      const { choice, head, tail } = learnt
      let at = from
      while (standsAt(bytes, at, head)) {
        const start = at + head.length
        const end = closingQuote(bytes, start)
        if (end < 0 || !standsAt(bytes, end, tail)) break
        const delta = textOf(bytes.slice(start, end))
        if (delta === undefined) break
        if (delta !== '') emit({ type: 'text-delta', choice, delta })
        at = end + tail.length
      }
      return at
    },
    learn(data, { choice, delta }) {
      learnt = undefined
      const bytes = latin1Of(data)
      const at = bytes.indexOf(opening)
      // Where the same member stands twice, it is not known which of them is the text.
      if (at < 0 || bytes.indexOf(opening, at + 1) >= 0) return
      const from = at + opening.length
      const to = closingQuote(bytes, from)
      if (to < 0 || textOf(bytes.slice(from, to)) !== delta) return
      learnt = { choice, head: beforeData + bytes.slice(0, from), tail: bytes.slice(to) + behindData }
    },
    forget() {
      learnt = undefined
    },
  }
}

/** As `startsWith`, which V8 does character by character. */
function standsAt(bytes: string, at: number, expected: string): boolean {
  return bytes.slice(at, at + expected.length) === expected
}

/** What the inside of a JSON string says; `undefined` where it is none. */
function textOf(bytes: string): string | undefined {
  let isAscii = true
  for (let at = 0; at < bytes.length; at += 1) {
    const code = bytes.charCodeAt(at)
    if (code < firstPlain || code === backslash) return parse(textOfLatin1(bytes))
    if (code > lastAscii) isAscii = false
  }
  return isAscii ? bytes : textOfLatin1(bytes)
}

function parse(json: string): string | undefined {
  try {
    const text: unknown = JSON.parse(`"${json}"`)
    return typeof text === 'string' ? text : undefined
  } catch {
    return undefined
  }
}

/** The first quote that is not escaped; -1 where there is none. `from`: within a string. */
function closingQuote(bytes: string, from: number): number {
  let at = bytes.indexOf('"', from)
  while (at >= 0 && isEscaped(bytes, at, from)) at = bytes.indexOf('"', at + 1)
  return at
}

function isEscaped(bytes: string, position: number, from: number): boolean {
  let at = position
  while (at > from && bytes.charCodeAt(at - 1) === backslash) at -= 1
  return (position - at) % 2 === 1
}
