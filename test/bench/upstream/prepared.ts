import { type Answer, type AnswerName, answerNames, answers } from '../answers.ts'
import type { Wire } from './wires.ts'

/** The bytes of an answer as they go out, made once. */
export interface PreparedAnswer {
  answer: Answer
  /** Head and body of the complete call. */
  complete: Buffer
  /** Head and first piece of the streaming call. */
  opening: Buffer
  /** The pieces after the first. */
  pieces: readonly Buffer[]
  closing: Buffer
  /** All of a stream. */
  stream: Buffer
}

export function prepareAnswers(wire: Wire): Map<string, PreparedAnswer> {
  const prepared = (name: AnswerName) => prepare(answers[name], wire)
  return new Map(answerNames.map((name) => [name, prepared(name)]))
}

function prepare(answer: Answer, wire: Wire): PreparedAnswer {
  const body = wire.complete(answer)
  const [first = '', ...later] = answer.pieces.map((piece) => chunk(wire.piece(piece)))
  const opening = Buffer.from(head(wire.streamType, 'transfer-encoding: chunked') + chunk(wire.opening) + first)
  const pieces = later.map((piece) => Buffer.from(piece))
  const closing = Buffer.from(`${chunk(wire.closing)}0\r\n\r\n`)
  return {
    answer,
    complete: Buffer.from(head(wire.completeType, `content-length: ${Buffer.byteLength(body)}`) + body),
    opening,
    pieces,
    closing,
    stream: Buffer.concat([opening, ...pieces, closing]),
  }
}

function head(contentType: string, framing: string): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: ${contentType}\r\n${framing}\r\nconnection: keep-alive\r\n\r\n`
}

function chunk(text: string): string {
  return text === '' ? '' : `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
}
