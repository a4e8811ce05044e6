import type { ProxyError } from '../../contract/error.ts'
import type { UpstreamCall } from '../../contract/upstream.ts'
import { toProxyError } from '../../errors.ts'
import { type CallOutcome, disconnected } from '../../pipeline/call-end.ts'
import { type AnswerHeaders, headerOf } from '../../upstreams/passed-headers.ts'
import type { App } from '../app.ts'
import { retryDelay } from '../exchange/recovery.ts'
import { said } from '../exchange/report.ts'
import type { CountedRequest } from '../http/route.ts'
import { setHeader } from '../http/send-json.ts'
import type { Forwarder } from '../upstream/forward.ts'
import type { Budget, CallHandlers, RunningCall } from '../upstream/running-call.ts'
import { webPage } from '../upstream/upstream-faults.ts'
import type { NativeClient, NativeReply } from './native-reply.ts'

/**
 * Sends a call, as often as it takes and is allowed, and passes its answer on as it is. Resolves when the client has it; to
 * the error, where it was told of one.
 */
export async function passOn(
  call: UpstreamCall,
  replyTo: (client: NativeClient) => NativeReply,
  { exchange, response }: CountedRequest,
  { config, forwarder, log }: App,
): Promise<ProxyError | undefined> {
  let current: NativeTry | undefined
  const reply = replyTo({ response, config, onDrain: () => current?.resume() })
  exchange.onInterrupt((error) => current?.fail(error))
  exchange.survivesClient = config.on_disconnect === 'finish'
  for (let retries = 0; ; retries += 1) {
    current = new NativeTry(call, reply, forwarder, config.limits.answer)
    const error = await current.ended
    if (!error) return undefined
    const after = exchange.interruption ? undefined : retryDelay({ error, retries }, config.retries)
    if (after === undefined) return tell(error)
    log.warn('the upstream failed, trying again', { id: exchange.id, how: 'retry', ...said(error) })
    setHeader(response, 'x-argo-retries', String(retries + 1))
    const interrupted = await exchange.wait(after)
    if (interrupted) return tell(interrupted)
  }

  function tell(error: ProxyError): ProxyError {
    reply.fail(error)
    return error
  }
}

/** Milliseconds for the event that ends a response, where one has said that it failed. */
const lastWordTime = 1_000

/** One call, whose answer goes into the reply. */
class NativeTry implements CallHandlers {
  /** Resolves when it has ended: with nothing where the answer is whole, else with its fault, which nobody was told yet. */
  readonly ended: Promise<ProxyError | undefined>
  readonly #resolve: (error: ProxyError | undefined) => void
  readonly #reply: NativeReply
  /** Bytes that may be held of an event that has not ended. */
  readonly #budget: Budget
  readonly #call: RunningCall
  #lastWord: NodeJS.Timeout | undefined
  #over = false

  constructor(call: UpstreamCall, reply: NativeReply, forwarder: Forwarder, limit: number) {
    const { promise, resolve } = Promise.withResolvers<ProxyError | undefined>()
    this.ended = promise
    this.#resolve = resolve
    this.#reply = reply
    this.#budget = { left: limit, limit }
    this.#call = forwarder.call(call, this, this.#budget)
  }

  /** The client takes bytes again. */
  resume(): void {
    if (!this.#over) this.#call.resume()
  }

  /** Ends it, also from outside. */
  fail(error: ProxyError): void {
    if (this.#over) return
    this.#call.abort()
    this.#settle(error)
  }

  onAnswer(headers: AnswerHeaders, status: number): void {
    if (headerOf(headers, 'content-type')?.startsWith('text/html')) return this.fail(webPage())
    try {
      this.#reply.begin(headers, status)
    } catch (thrown) {
      this.fail(toProxyError(thrown))
    }
  }

  onData(chunk: Buffer): void {
    if (this.#over) return
    const went = this.#reply.write(chunk)
    if (went === 'held') return
    this.#budget.left = this.#budget.limit
    const { state } = this.#reply
    if (state === 'whole') return this.#finish()
    if (state === 'failed') this.#lastWord ??= setTimeout(() => this.fail(disconnected()), lastWordTime)
    if (went === 'full') this.#call.pause()
  }

  onEnd(outcome: CallOutcome): void {
    if (!this.#over) this.#end(outcome)
  }

  /** The answer is whole before its HTTP message is. */
  #finish(): void {
    this.#call.finish()
    this.#end('complete')
  }

  #end(outcome: CallOutcome): void {
    this.#settle(this.#reply.end(outcome))
  }

  #settle(error: ProxyError | undefined): void {
    this.#over = true
    clearTimeout(this.#lastWord)
    this.#resolve(error)
  }
}
