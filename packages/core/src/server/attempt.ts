import type { ProxyError } from '../contract/error.ts'
import type { Exchange } from '../contract/exchange.ts'
import type { Encoder, Endpoint } from '../contract/format.ts'
import { proxyError, toProxyError } from '../errors.ts'
import { assemble, wantsEstimate } from '../pipeline/assemble.ts'
import { nothingSent, type SentAnswer } from '../pipeline/resume.ts'
import type { Verdict } from '../pipeline/verdict.ts'
import { type AnswerRun, runAnswer } from './answer-run.ts'
import type { App } from './app.ts'
import { ask } from './ask.ts'
import { passHeaders } from './pass-headers.ts'
import type { RequestPlan } from './plan.ts'
import type { Reply } from './reply.ts'

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

/** One try to answer a request. */
export interface Attempt {
  /**
   * Resolves when the try has ended: with nothing when the answer is whole, else with the error, which nobody was told
   * yet: another way may be tried.
   */
  readonly ended: Promise<ProxyError | undefined>
  /** The upstream's status, where it answered with another than 2xx. */
  readonly upstreamStatus: number | undefined
  /** What the client has got of the answer; only where the answer may have to be continued. */
  readonly sent: SentAnswer | undefined
  /** Of the client's form: knows what was sent. */
  encoder(): Encoder
  /** The client takes bytes again. */
  resume(): void
  /** Ends it from outside: the client has left, the time is up, the proxy stops. */
  fail(error: ProxyError): void
}

/** Never throws: what fails at once is an attempt that has ended. */
export function startAttempt({ id, endpoint, plan, reply, user, app, resumes }: AttemptOptions): Attempt {
  const { config, log, upstream, host, forwarder } = app
  const { parsed, decision, request, kind, calls } = plan
  const ended = Promise.withResolvers<ProxyError | undefined>()
  const sent = config.heal.resume && kind === 'stream' ? nothingSent() : undefined
  let controller: AbortController | undefined
  let run: AnswerRun | undefined
  let encoder = resumes?.attempt.encoder()
  let settled: Verdict['settled']
  let over = false
  let upstreamStatus: number | undefined

  const exchange: Exchange = {
    id,
    endpoint: endpoint.name,
    request,
    original: parsed.request,
    upstream,
    mode: decision.mode,
    because: decision.because,
    // Most exchanges have no plugin that looks at it.
    get signal() {
      controller ??= new AbortController()
      if (over) controller.abort()
      return controller.signal
    },
    log,
    ask: (other) => ask(other, { user, endpoint: endpoint.name, signal: exchange.signal }, app),
    setHeader: (name, value) => reply.setHeader(name, value),
  }
  const encode = (): Encoder => {
    encoder ??= parsed.encode(request.stream ? 'stream' : 'complete', exchange)
    return encoder
  }

  const verdict: Verdict = {
    get settled() {
      return settled
    },
    finish() {
      settled ??= 'finished'
    },
    fail(error) {
      if (over) return
      settled = 'failed'
      stop(error)
    },
  }

  /** It is over, in whatever way: nothing goes on upstream. */
  function stop(error?: ProxyError): void {
    over = true
    // In this turn: what was written in it has not gone out yet.
    if (error) reply.discard()
    controller?.abort()
    run?.abort()
    ended.resolve(error)
  }

  function start(): AnswerRun {
    const pipeline = assemble({
      exchange,
      encode,
      translated: parsed.translated ?? false,
      decision,
      kind,
      calls,
      host,
      verdict,
      ...(sent && { sent }),
      ...(resumes?.attempt.sent && { resumes: { sent: resumes.attempt.sent, error: resumes.error } }),
    })
    return runAnswer({
      calls,
      upstreamPieces: pipeline.upstream,
      clientPieces: pipeline.client,
      forwarder,
      limit: config.limits.answer,
      held: kind === 'complete' || decision.definition.gather !== undefined,
      onAnswer: (headers) => passHeaders(headers, reply),
      onRefused(status) {
        upstreamStatus = status
      },
      onError: verdict.fail,
      outlet: {
        write: (chunk) => over || (typeof chunk !== 'string' && !Buffer.isBuffer(chunk)) || reply.write(chunk),
        end() {
          if (over) return
          if (settled === 'finished') return stop()
          verdict.fail(proxyError('internal_error', 'The answer ended without a verdict.'))
        },
      },
    })
  }

  if (wantsEstimate(exchange)) reply.setHeader('x-argo-usage', 'estimated')
  try {
    run = start()
    // A piece may have failed while it was built.
    if (over) run.abort()
  } catch (thrown) {
    verdict.fail(toProxyError(thrown))
  }
  return {
    ended: ended.promise,
    get upstreamStatus() {
      return upstreamStatus
    },
    sent,
    encoder: encode,
    resume: () => run?.resume(),
    fail: verdict.fail,
  }
}
