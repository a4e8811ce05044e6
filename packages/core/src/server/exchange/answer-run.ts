import type { ProxyError } from '../../contract/error.ts'
import type { AnswerCall } from '../../contract/upstream.ts'
import type { CallEnd, CallOutcome } from '../../pipeline/call-end.ts'
import { type Connection, connect, type Inlet } from '../../pipeline/connect.ts'
import type { Piece } from '../../pipeline/piece.ts'
import { type AnswerHeaders, headerOf } from '../../upstreams/passed-headers.ts'
import type { Forwarder } from '../upstream/forward.ts'
import type { Budget, CallHandlers, RunningCall } from '../upstream/running-call.ts'
import { webPage } from '../upstream/upstream-faults.ts'

/** Who is told how an answer goes. */
export interface AnswerListener {
  /** The headers of the first call that has a 2xx status. */
  onAnswer?(headers: AnswerHeaders): void
  onError(error: ProxyError): void
}

export interface AnswerRunOptions {
  calls: readonly AnswerCall[]
  /** The pieces of one call, then those that all calls share. */
  upstreamPieces(call: AnswerCall, end: CallEnd): Piece[]
  clientPieces: readonly Piece[]
  outlet: Inlet
  listener: AnswerListener
  forwarder: Forwarder
  /** Bytes that may be held: of the whole answer, or of what comes between two events of a stream. */
  limit: number
  /** The answer is held until it is whole. */
  held: boolean
  /** Whether the answer has finished, which may be before its calls have: at a stop sequence. */
  isFinished(): boolean
}

/** Sends the calls of one answer and drives what comes back through the pieces, with back-pressure from end to end. */
export class AnswerRun implements Inlet {
  readonly budget: Budget
  readonly #options: AnswerRunOptions
  readonly #client: Connection
  readonly #feeds: CallFeed[] = []
  #open: number
  #answered = false

  constructor(options: AnswerRunOptions) {
    const { calls, clientPieces, outlet, limit, listener } = options
    this.#options = options
    this.#open = calls.length
    this.budget = { left: limit, limit }
    const resume = { resume: () => this.#feeds.forEach((feed) => feed.resume()) }
    this.#client = connect(clientPieces, outlet, resume, listener)
    try {
      for (const call of calls) this.#feeds.push(new CallFeed(call, this, options))
    } catch (thrown) {
      this.abort()
      throw thrown
    }
    // Nothing is sent before all that may fail is built.
    for (const feed of this.#feeds) feed.send()
  }

  /** The outlet takes values again. */
  resume(): void {
    this.#client.resume()
  }

  /** Ends the upstream's calls and destroys the streams; nothing more reaches the outlet. */
  abort(): void {
    for (const feed of this.#feeds) feed.abort()
    this.#client.destroy()
    for (const feed of this.#feeds) feed.destroy()
  }

  /** Takes what the pieces of a call give. */
  write(value: unknown): boolean {
    const { held, limit } = this.#options
    if (!held) this.budget.left = limit
    return this.#client.inlet.write(value)
  }

  /** A call has given all. */
  end(): void {
    this.#open -= 1
    if (this.#open === 0) this.#client.inlet.end()
  }

  /** Nothing more of the calls is wanted. */
  finish(): void {
    for (const feed of this.#feeds) feed.finish()
  }

  onAnswer(headers: AnswerHeaders): void {
    if (!this.#answered) this.#options.listener.onAnswer?.(headers)
    this.#answered = true
  }
}

/** One call of an answer: its bytes go through its own pieces to those that all calls share. */
class CallFeed implements CallHandlers {
  readonly #answerCall: AnswerCall
  readonly #run: AnswerRun
  readonly #options: AnswerRunOptions
  readonly #end: CallEnd = { done: false }
  readonly #pieces: Connection
  #call: RunningCall | undefined
  #closed = false

  constructor(answerCall: AnswerCall, run: AnswerRun, options: AnswerRunOptions) {
    this.#answerCall = answerCall
    this.#run = run
    this.#options = options
    this.#pieces = connect(options.upstreamPieces(answerCall, this.#end), run, this, options.listener)
  }

  send(): void {
    this.#call = this.#options.forwarder.call(this.#answerCall, this, this.#run.budget)
  }

  resume(): void {
    this.#call?.resume()
  }

  abort(): void {
    this.#call?.abort()
  }

  destroy(): void {
    this.#pieces.destroy()
  }

  onAnswer(headers: AnswerHeaders): void {
    if (!headerOf(headers, 'content-type')?.startsWith('text/html')) return this.#run.onAnswer(headers)
    this.#end.outcome = webPage()
    this.#call?.abort()
    this.#close()
  }

  onData(chunk: Buffer): void {
    if (this.#closed) return
    const flowing = this.#pieces.inlet.write(chunk)
    if (this.#end.done) this.finish()
    else if (this.#options.isFinished()) this.#run.finish()
    else if (!flowing) this.#call?.pause()
  }

  finish(): void {
    if (this.#closed) return
    this.#call?.finish()
    this.#close()
  }

  onEnd(outcome: CallOutcome): void {
    this.#end.outcome = outcome
    this.#close()
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#pieces.inlet.end()
  }
}
