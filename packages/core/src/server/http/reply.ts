import type { ServerResponse } from 'node:http'
import type { ProxyError } from '../../contract/error.ts'
import { joinChunks } from '../../wire/join-chunks.ts'
import { bytesOf } from '../../wire/text-or-bytes.ts'
import { sendError, sendJsonText, setHeader } from './send-json.ts'

/** The answer to one client: status and headers wait for the first byte, what comes in one turn is written once. */
export interface Reply {
  /** The status line has gone out (a heartbeat sends it, too): a fault can only be told in-band. */
  readonly committed: boolean
  /** A part of the answer has gone out: no other answer may take its place. */
  readonly begun: boolean
  setHeader(name: string, value: string): void
  /** `false`: the client reads slowly; wait until it takes more. What is written after the client has left is dropped. */
  write(chunk: string | Buffer): boolean
  /** Forgets what was written, if nothing of it has gone out. */
  discard(): void
  end(): void
  /** An error as the whole answer, with its own status. Only while nothing is committed. */
  reject(error: ProxyError): void
  /** Cuts the connection: the last way to say that an answer is not whole. */
  destroy(): void
}

/** One JSON text, sent when it is whole. */
export class CompleteReply implements Reply {
  readonly #response: ServerResponse
  #chunks: (string | Buffer)[] = []
  #ended = false

  constructor(response: ServerResponse) {
    this.#response = response
  }

  get committed(): boolean {
    return this.#response.headersSent
  }

  get begun(): boolean {
    return this.#response.headersSent
  }

  setHeader(name: string, value: string): void {
    setHeader(this.#response, name, value)
  }

  write(chunk: string | Buffer): boolean {
    this.#chunks.push(chunk)
    return true
  }

  discard(): void {
    this.#chunks = []
  }

  end(): void {
    if (this.#ended || this.#response.destroyed) return
    this.#ended = true
    const [first = ''] = this.#chunks
    sendJsonText(this.#response, 200, this.#chunks.length < 2 ? first : joinChunks(this.#chunks.map(bytesOf)))
  }

  reject(error: ProxyError): void {
    this.#ended = true
    sendError(this.#response, error)
  }

  destroy(): void {
    this.#response.destroy()
  }
}
