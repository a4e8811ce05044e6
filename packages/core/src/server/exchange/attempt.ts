import type { Encoder, Endpoint } from '../../contract/endpoint.ts'
import type { ProxyError } from '../../contract/error.ts'
import type { StreamEvent } from '../../contract/event.ts'
import type { Exchange, Logger } from '../../contract/exchange.ts'
import type { ChatRequest } from '../../contract/request.ts'
import { proxyError, toProxyError } from '../../errors.ts'
import { assemble, wantsEstimate } from '../../pipeline/assemble.ts'
import type { Inlet } from '../../pipeline/connect.ts'
import { nothingSent, type SentAnswer } from '../../pipeline/resume.ts'
import type { Verdict } from '../../pipeline/verdict.ts'
import type { AnswerHeaders } from '../../upstreams/passed-headers.ts'
import type { App } from '../app.ts'
import type { Reply } from '../http/reply.ts'
import { passHeaders } from '../http/send-json.ts'
import { type AnswerListener, AnswerRun } from './answer-run.ts'
import { ask } from './ask.ts'
import type { RequestPlan } from './plan.ts'

export interface AttemptOptions {
  id: string
  endpoint: Endpoint
  plan: RequestPlan
  reply: Reply
  user: string | undefined
  app: App
  /** The attempt that broke off after its first byte, where this one is to go on from there. */
  resumes?: { attempt: Attempt; error: ProxyError }
}

/** One try to answer a request. What fails at once is an attempt that has ended. */
export class Attempt implements Verdict, Inlet, AnswerListener {
  /**
   * Resolves when the try has ended: with nothing when the answer is whole, else with the error, which nobody was told
   * yet: another way may be tried.
   */
  readonly ended: Promise<ProxyError | undefined>
  /** What the client has got of the answer; only where the answer may have to be continued. */
  readonly sent: SentAnswer | undefined
  readonly #options: AttemptOptions
  readonly #resolve: (error: ProxyError | undefined) => void
  readonly #exchange: AttemptExchange
  #encoder: Encoder | undefined
  #run: AnswerRun | undefined
  #settled: Verdict['settled']
  #over = false

  constructor(options: AttemptOptions) {
    const { plan, reply, app, resumes } = options
    const { promise, resolve } = Promise.withResolvers<ProxyError | undefined>()
    this.ended = promise
    this.sent = app.config.heal.resume && plan.kind === 'stream' ? nothingSent() : undefined
    this.#options = options
    this.#resolve = resolve
    this.#exchange = new AttemptExchange(options)
    this.#encoder = resumes?.attempt.encoder()
    if (wantsEstimate(this.#exchange)) reply.setHeader('x-argo-usage', 'estimated')
    try {
      this.#run = this.#start()
      // A piece may have failed while it was built.
      if (this.#over) this.#run.abort()
    } catch (thrown) {
      this.fail(toProxyError(thrown))
    }
  }

  get settled(): Verdict['settled'] {
    return this.#settled
  }

  /** Writes the client's format, and knows what was sent. */
  encoder(): Encoder {
    const { plan } = this.#options
    this.#encoder ??= plan.parsed.encode(plan.request.stream ? 'stream' : 'complete', this.#exchange)
    return this.#encoder
  }

  /** The client takes bytes again. */
  resume(): void {
    this.#run?.resume()
  }

  finish(): void {
    this.#settled ??= 'finished'
  }

  /** Ends it, also from outside: the client has left, the time is up, the proxy stops. */
  fail(error: ProxyError): void {
    if (this.#over) return
    this.#settled = 'failed'
    this.#stop(error)
  }

  onAnswer(headers: AnswerHeaders): void {
    passHeaders(headers, this.#options.reply)
  }

  onError(error: ProxyError): void {
    this.fail(error)
  }

  /** Takes what the pieces give. */
  write(chunk: unknown): boolean {
    return this.#over || (typeof chunk !== 'string' && !Buffer.isBuffer(chunk)) || this.#options.reply.write(chunk)
  }

  end(): void {
    if (this.#over) return
    if (this.#settled === 'finished') return this.#stop()
    this.fail(proxyError('internal_error', 'The answer ended without a verdict.'))
  }

  /** It is over, in whatever way: nothing goes on upstream. */
  #stop(error?: ProxyError): void {
    this.#over = true
    // In this turn: what was written in it has not gone out yet.
    if (error) this.#options.reply.discard()
    this.#exchange.close()
    this.#run?.abort()
    this.#resolve(error)
  }

  #start(): AnswerRun {
    const { plan, app, resumes } = this.#options
    const { parsed, decision, kind, calls } = plan
    const { config, host, forwarder } = app
    const pipeline = assemble({
      exchange: this.#exchange,
      encode: () => this.encoder(),
      translated: parsed.translated ?? false,
      decision,
      kind,
      calls,
      host,
      verdict: this,
      ...(this.sent && { sent: this.sent }),
      ...(resumes?.attempt.sent && { resumes: { sent: resumes.attempt.sent, error: resumes.error } }),
    })
    return new AnswerRun({
      calls,
      upstreamPieces: pipeline.upstream,
      clientPieces: pipeline.client,
      forwarder,
      limit: config.limits.answer,
      held: kind === 'complete' || decision.definition.gather !== undefined,
      isFinished: () => this.#settled === 'finished',
      outlet: this,
      listener: this,
    })
  }
}

/** What plugins see of an attempt. */
class AttemptExchange implements Exchange {
  readonly id: string
  readonly endpoint: Exchange['endpoint']
  readonly request: ChatRequest
  readonly original: ChatRequest
  readonly upstream: Exchange['upstream']
  readonly mode: string
  readonly because: string
  readonly log: Logger
  readonly #options: AttemptOptions
  #controller: AbortController | undefined
  #over = false

  constructor(options: AttemptOptions) {
    const { id, endpoint, plan, app } = options
    this.id = id
    this.endpoint = endpoint.name
    this.request = plan.request
    this.original = plan.parsed.request
    this.upstream = app.upstream
    this.mode = plan.decision.mode
    this.because = plan.decision.because
    this.log = app.log
    this.#options = options
  }

  /** Made when it is first asked for: most exchanges have no plugin that looks at it. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#over) this.#controller.abort()
    return this.#controller.signal
  }

  // Bound: a plugin may take them out of the exchange.
  readonly ask = (request: ChatRequest): Promise<StreamEvent[]> => {
    const { user, app } = this.#options
    return ask(request, { user, endpoint: this.endpoint, signal: this.signal }, app)
  }

  readonly setHeader = (name: string, value: string): void => this.#options.reply.setHeader(name, value)

  close(): void {
    this.#over = true
    this.#controller?.abort()
  }
}
