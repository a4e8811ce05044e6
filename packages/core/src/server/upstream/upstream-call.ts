import type { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { ProxyError } from '../../contract/error.ts'
import type { UpstreamCall } from '../../contract/upstream.ts'
import { toProxyError } from '../../errors.ts'
import { type CallOutcome, disconnected } from '../../pipeline/call-end.ts'
import { type AnswerHeaders, headerOf } from '../../upstreams/passed-headers.ts'
import type { Permit } from './circuit.ts'
import { BodyStream, decodedBody, encodingOf, readText } from './decoded-body.ts'
import { PhaseTimer } from './phase-timer.ts'
import type { Budget, CallContext, CallHandlers, RunningCall } from './running-call.ts'
import type { Connection, Connections, Sender } from './upstream-connections.ts'
import { answerTooLarge, isNotHttp, isStale, notHttp, unknownEncoding, unreachable } from './upstream-faults.ts'

/** Milliseconds: for the end of an answer whose terminal event has come, and for the body of an error. */
const drainTime = 1_000
const errorBodyTime = 2_000
/** Bytes of an error's body that are read. */
const errorBodyLimit = 64 * 1024

/** Sends a call, and says how its answer has ended. */
export class SentCall implements RunningCall, Sender {
  readonly #call: UpstreamCall
  readonly #handlers: CallHandlers
  readonly #budget: Budget | undefined
  readonly #permit: Permit
  readonly #context: CallContext
  #timer: PhaseTimer
  /** While all connections are in use. */
  #queue: Pick<Connections, 'leave'> | undefined
  /** While the request is on it. */
  #connection: Connection | undefined
  /** From when the connection stands. */
  #controller: Dispatcher.DispatchController | undefined
  #answer: { status: number; headers: AnswerHeaders } | undefined
  /** The body, where it is not read as it comes. */
  #stream: BodyStream | undefined
  #decoded: Readable | undefined
  /** Who made the call holds it: it can be told. */
  #held = false
  #over = false
  #flowing = false
  /** HTTP itself told where the body ends: one that lasts until the connection closes may have been cut. */
  #endProven = false
  /** Until the rest of an answer must have come that nobody wants. */
  #draining: NodeJS.Timeout | undefined
  /** The kept connection of the first try was stale. */
  #again = false

  constructor(
    call: UpstreamCall,
    handlers: CallHandlers,
    budget: Budget | undefined,
    permit: Permit,
    context: CallContext,
  ) {
    this.#call = call
    this.#handlers = handlers
    this.#budget = budget
    this.#permit = permit
    this.#context = context
    this.#timer = this.#startTimer()
    context.send(call, this, (error) => this.onResponseError(undefined, error))
    this.#held = true
  }

  onQueued(queue: Pick<Connections, 'leave'>): void {
    this.#queue = queue
  }

  onConnection(connection: Connection): void {
    this.#queue = undefined
    this.#connection = connection
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    this.#connection?.begin(this.#call)
    this.#timer.connected()
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: AnswerHeaders): void {
    if (this.#over || status < 200) return
    this.#answer = { status, headers }
    const { contact } = this.#context
    contact.answeredAt = Date.now()
    const encoding = encodingOf(headers)
    if (status >= 300) return this.#refuse(this.#answer, decodedBody(this.#read(controller), encoding ?? 'identity'))
    if (encoding === undefined) {
      this.#permit.succeed()
      return this.#end(unknownEncoding(headerOf(headers, 'content-encoding')))
    }
    this.#handlers.onAnswer?.(headers, status)
    if (encoding === 'identity') return
    this.#decoded = decodedBody(this.#read(controller), encoding)
      .on('data', (chunk: Buffer) => this.#take(chunk))
      .on('end', () => this.#finished())
      .on('error', (error) => this.#fail(disconnected(error)))
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#over && !this.#stream) return
    this.#timer.received()
    if (this.#stream) return this.#stream.add(chunk)
    if (!this.#call.chunksMatter || !this.#connection) return this.#take(chunk)
    for (const piece of this.#connection.joiner.cut(chunk)) this.#take(piece)
  }

  onResponseEnd(): void {
    // A message that says where it ends has ended before its connection does.
    this.#endProven = !(this.#connection?.hasEnded ?? false)
    // What comes behind a last chunk is not this answer's; what comes behind a content-length may well be.
    if (this.#answer?.headers['transfer-encoding'] !== undefined) this.#ended()
    else process.nextTick(() => this.#ended())
  }

  /** `controller`: absent where the request was never written. */
  onResponseError(controller: Dispatcher.DispatchController | undefined, error: Error): void {
    if (!this.#held) return process.nextTick(() => this.onResponseError(controller, error))
    const connection = this.#leaveConnection()
    if (!this.#over && !this.#again && connection?.mayBeStale && isStale(error, connection.hasAnswered)) {
      return this.#sendAgain(connection)
    }
    const hasEnded = connection?.hasEnded ?? false
    connection?.giveUp()
    if (this.#stream) return void this.#stream.destroy(error)
    if (this.#over) return
    if (isNotHttp(error, hasEnded)) this.#fail(notHttp(error))
    else this.#fail(this.#controller ? disconnected(error) : unreachable(this.#call.url, error))
  }

  pause(): void {
    this.#timer.pause()
    if (this.#decoded) this.#decoded.pause()
    else this.#controller?.pause()
  }

  resume(): void {
    if (!this.#over) this.#timer.resume()
    if (this.#decoded) this.#decoded.resume()
    else this.#controller?.resume()
  }

  finish(): void {
    if (this.#over) return
    this.#close()
    if (!this.#connection) return
    this.#draining = setTimeout(() => this.#cut(), drainTime).unref()
    this.resume()
  }

  abort(): void {
    if (this.#over) return
    this.#close()
    this.#permit.leave()
    this.#cut()
  }

  /** The answer has ended as HTTP has it, and whatever came with its last bytes was looked at. */
  #ended(): void {
    const connection = this.#leaveConnection()
    const failure = connection?.failure
    if (failure) connection?.giveUp()
    else connection?.release()
    if (this.#stream) this.#stream.end()
    else if (!failure) this.#finished()
    else this.#fail(isNotHttp(failure, false) ? notHttp(failure) : disconnected(failure))
  }

  /** The request is over there. */
  #leaveConnection(): Connection | undefined {
    const connection = this.#connection
    this.#connection = undefined
    clearTimeout(this.#draining)
    return connection
  }

  #startTimer(): PhaseTimer {
    return new PhaseTimer(this.#context.timeouts, (error) => this.#fail(error))
  }

  /** Over the same connection, which is made anew. */
  #sendAgain(connection: Connection): void {
    this.#again = true
    this.#controller = undefined
    this.#connection = connection
    this.#timer.stop()
    this.#timer = this.#startTimer()
    process.nextTick(() => {
      if (!this.#over) connection.sendAgain(this)
    })
  }

  /** The body is read as a stream. */
  #read(controller: Dispatcher.DispatchController): BodyStream {
    this.#stream = new BodyStream(controller)
    return this.#stream
  }

  #refuse({ status, headers }: { status: number; headers: AnswerHeaders }, body: Readable): void {
    this.#timer.stop()
    void readText(body, errorBodyLimit, errorBodyTime)
      .then((text) => this.#context.readError(status, headers, text))
      .catch(toProxyError)
      .then((error) => {
        if (status >= 500 && error.status >= 500) this.#permit.fail(error)
        else this.#permit.succeed()
        this.#end(error)
      })
  }

  #take(chunk: Buffer): void {
    if (this.#over) return
    if (!this.#flowing) {
      this.#flowing = true
      this.#permit.succeed()
    }
    const budget = this.#budget
    if (budget) {
      budget.left -= chunk.length
      if (budget.left < 0) return this.#end(answerTooLarge(budget.limit))
    }
    this.#handlers.onData(chunk)
  }

  /** The message has ended as HTTP has it. */
  #finished(): void {
    if (this.#over) return
    this.#permit.succeed()
    this.#end(this.#endProven ? 'complete' : 'unproven')
  }

  /** It broke on the way. */
  #fail(error: ProxyError): void {
    if (this.#over) return
    this.#context.contact.failedAt = Date.now()
    this.#permit.fail(error)
    this.#end(error)
  }

  #end(outcome: CallOutcome): void {
    if (this.#over) return
    this.#close()
    this.#cut()
    this.#handlers.onEnd(outcome)
  }

  /** Nothing is told any more. */
  #close(): void {
    this.#over = true
    this.#timer.stop()
    this.#queue?.leave(this)
  }

  /** Gives the connection up, unless the answer has come to its end. */
  #cut(): void {
    if (!this.#connection) return
    if (this.#controller) this.#controller.abort(new Error('nobody waits for the answer any more'))
    else this.#leaveConnection()?.giveUp()
  }
}
