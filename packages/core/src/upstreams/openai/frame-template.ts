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
  /** The text of a frame that is like the one learnt; `undefined` for any other. */
  read(data: string): TextFrame | undefined
  learn(data: string, frame: TextFrame): void
  forget(): void
}

const opening = '"content":"'
/** What a JSON string may not hold as it is. */
const special = /["\\\p{Cc}]/u

export function frameTemplate(): FrameTemplate {
  let learnt: { choice: number; head: string; tail: string } | undefined

  return {
    read(data) {
      if (learnt === undefined) return undefined
      const { choice, head, tail } = learnt
      if (data.length < head.length + tail.length || !data.startsWith(head) || !data.endsWith(tail)) return undefined
      const delta = textOf(data.slice(head.length, data.length - tail.length))
      return delta === undefined ? undefined : { choice, delta }
    },
    learn(data, { choice, delta }) {
      learnt = undefined
      const at = data.indexOf(opening)
      // Where the same member stands twice, it is not known which of them is the text.
      if (at < 0 || data.indexOf(opening, at + 1) >= 0) return
      const from = at + opening.length
      const to = closingQuote(data, from)
      if (to < 0 || textOf(data.slice(from, to)) !== delta) return
      learnt = { choice, head: data.slice(0, from), tail: data.slice(to) }
    },
    forget() {
      learnt = undefined
    },
  }
}

/** What the inside of a JSON string says; `undefined` where it is none. */
function textOf(json: string): string | undefined {
  if (!special.test(json)) return json
  try {
    const text: unknown = JSON.parse(`"${json}"`)
    return typeof text === 'string' ? text : undefined
  } catch {
    return undefined
  }
}

function closingQuote(data: string, from: number): number {
  for (let at = from; at < data.length; at += 1) {
    if (data[at] === '"') return at
    if (data[at] === '\\') at += 1
  }
  return -1
}
