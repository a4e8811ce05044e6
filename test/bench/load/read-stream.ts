import type { Answer } from '../answers.ts'

/** One event of a stream, as far as the check cares. */
interface StreamPart {
  /** Offset in the body behind the event. */
  end: number
  text: string
}

/** What a client would read out of a stream. */
export interface ReadStream {
  text: string
  /** Offsets behind the events that carry text, or a part of a call. */
  ends: number[]
  calls: { name: string; arguments: string }[]
  /** The format's own end was there. */
  ended: boolean
}

const eventEnd = Buffer.from('\n\n')

function* eventsOf(body: Buffer): Generator<StreamPart> {
  let from = 0
  for (let end = body.indexOf(eventEnd); end >= 0; end = body.indexOf(eventEnd, from)) {
    const text = body.toString('utf8', from, end)
    from = end + eventEnd.length
    yield { end: from, text: text.slice(text.indexOf('data:') + 5).trimStart() }
  }
}

interface ChatChunk {
  choices: {
    delta: {
      content?: string | null
      tool_calls?: { index: number; function: { name?: string; arguments?: string } }[]
    }
    finish_reason: string | null
  }[]
}

/** Chunks of Chat Completions. */
export function readChatStream(body: Buffer): ReadStream {
  const read: ReadStream = { text: '', ends: [], calls: [], ended: false }
  let reason: string | null = null
  for (const { end, text } of eventsOf(body)) {
    if (read.ended) throw new Error('something comes behind [DONE]')
    if (text === '[DONE]') {
      read.ended = reason === 'stop' || reason === 'tool_calls'
      continue
    }
    const chunk: ChatChunk = JSON.parse(text)
    const [choice] = chunk.choices
    if (!choice) continue
    reason = choice.finish_reason ?? reason
    const { content, tool_calls: calls = [] } = choice.delta
    if (content) read.text += content
    for (const { index, function: part } of calls) {
      const call = read.calls[index] ?? { name: '', arguments: '' }
      read.calls[index] = call
      call.name += part.name ?? ''
      call.arguments += part.arguments ?? ''
    }
    if (content || calls.length > 0) read.ends.push(end)
  }
  return read
}

/** Typed events of Responses. */
export function readResponseStream(body: Buffer): ReadStream {
  const read: ReadStream = { text: '', ends: [], calls: [], ended: false }
  let expected = 0
  for (const { end, text } of eventsOf(body)) {
    const event: { type: string; sequence_number: number; delta?: string } = JSON.parse(text)
    if (event.sequence_number !== expected) throw new Error(`event ${expected} says ${event.sequence_number}`)
    expected += 1
    if (event.type === 'response.output_text.delta') {
      read.text += event.delta
      read.ends.push(end)
    }
    read.ended = event.type === 'response.completed'
  }
  return read
}

/** Throws where a stream does not say what the upstream said. Of an open answer any beginning will do. */
export function checkStream({ text, calls, ended }: ReadStream, answer: Answer, wantsCalls: boolean): void {
  if (!ended) throw new Error('the stream has no end')
  const whole = answer.pieces.join('')
  if (wantsCalls) {
    const got = JSON.stringify(calls.map((call) => ({ ...call, arguments: JSON.parse(call.arguments) })))
    if (got !== JSON.stringify(answer.calls)) throw new Error(`other calls: ${got.slice(0, 200)}`)
  } else if (answer.open ? !whole.startsWith(text) || text === '' : text !== whole) {
    throw new Error(`another text, from ${firstDifference(text, whole)} on (${text.length} of ${whole.length})`)
  }
}

export function firstDifference(some: string, other: string): number {
  let index = 0
  while (index < some.length && some[index] === other[index]) index += 1
  return index
}
