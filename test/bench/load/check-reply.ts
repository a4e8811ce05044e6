import { type AnswerName, answers } from '../answers.ts'
import { openaiWire } from '../upstream/wires.ts'
import type { Reply } from './connection.ts'
import { checkStream, readChatStream, readResponseStream } from './read-stream.ts'
import { WrongAnswer } from './wrong-answer.ts'

/**
 * What an answer must be: `bytes`: exactly what the upstream sent on OpenAI's wire; `chat` and `responses`: the same
 * text in that format, with its end; `calls`: the calls that the text holds, in the format of Chat Completions.
 */
export type Expectation = 'bytes' | 'chat' | 'responses' | 'calls'

/** Milliseconds, of `performance.now()`: when each event with text was whole. */
export type EventTimes = number[]

/** Checks an answer to its last byte, after the clock has stopped. Throws `WrongAnswer`; an Error for another status. */
export function checkReply(reply: Reply, expectation: Expectation, name: AnswerName, stream: boolean): EventTimes {
  const body = Buffer.concat(reply.parts.map(({ bytes }) => bytes))
  if (reply.status !== 200) throw new Error(`status ${reply.status}: ${body.toString('utf8', 0, 300)}`)
  try {
    return checkBody(body, reply, expectation, name, stream)
  } catch (error) {
    throw new WrongAnswer(error)
  }
}

function checkBody(
  body: Buffer,
  { parts, received }: Reply,
  expectation: Expectation,
  name: AnswerName,
  stream: boolean,
): EventTimes {
  const answer = answers[name]
  if (expectation === 'bytes') {
    const ends = stream ? checkStreamBytes(body, name) : checkBytes(body, openaiWire.complete(answer))
    return stream ? timesOf(ends, parts) : [received]
  }
  if (!stream) {
    const text = expectation === 'responses' ? responseText(body) : chatText(body)
    if (text !== answer.pieces.join('')) throw new Error('another text')
    return [received]
  }
  const read = expectation === 'responses' ? readResponseStream(body) : readChatStream(body)
  checkStream(read, answer, expectation === 'calls')
  return timesOf(read.ends, parts)
}

function chatText(body: Buffer): string | undefined {
  const answer: { choices: { message: { content: string } }[] } = JSON.parse(body.toString('utf8'))
  return answer.choices[0]?.message.content
}

function responseText(body: Buffer): string | undefined {
  const answer: { output: { content: { text: string }[] }[] } = JSON.parse(body.toString('utf8'))
  return answer.output[0]?.content[0]?.text
}

function checkBytes(body: Buffer, expected: string): number[] {
  if (!body.equals(Buffer.from(expected))) throw new Error('other bytes than the upstream sent')
  return []
}

/** Made when first needed: the offset behind each piece of an answer's stream. */
const prepared = new Map<AnswerName, { opened: Buffer; ends: number[] }>()

function checkStreamBytes(body: Buffer, name: AnswerName): number[] {
  const { opening, piece, closing } = openaiWire
  let known = prepared.get(name)
  if (!known) {
    let text = opening
    let length = Buffer.byteLength(opening)
    const ends = answers[name].pieces.map((content) => {
      const event = piece(content)
      text += event
      length += Buffer.byteLength(event)
      return length
    })
    known = { opened: Buffer.from(text), ends }
    prepared.set(name, known)
  }
  const length = body.length - Buffer.byteLength(closing)
  const count = known.ends.indexOf(length) + 1
  const whole = answers[name].open ? count > 0 : count === known.ends.length
  const same = whole && body.subarray(0, length).equals(known.opened.subarray(0, length))
  if (!same || body.toString('utf8', length) !== closing) throw new Error('other bytes than the upstream sent')
  return known.ends.slice(0, count)
}

/** The time at which the byte before each offset came. */
function timesOf(ends: readonly number[], parts: Reply['parts']): EventTimes {
  let part = 0
  let length = parts[0]?.bytes.length ?? 0
  return ends.map((end) => {
    while (length < end && part < parts.length - 1) {
      part += 1
      length += parts[part]?.bytes.length ?? 0
    }
    return parts[part]?.at ?? Number.NaN
  })
}
