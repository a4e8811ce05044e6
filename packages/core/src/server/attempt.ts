import type { ProxyError } from '../contract/error.ts'
import type { Exchange } from '../contract/exchange.ts'
import type { Encoder, Endpoint } from '../contract/format.ts'
import { proxyError } from '../errors.ts'
import { assemble, wantsEstimate } from '../pipeline/assemble.ts'
import type { Verdict } from '../pipeline/verdict.ts'
import { type AnswerRun, runAnswer } from './answer-run.ts'
import type { App } from './app.ts'
import { ask } from './ask.ts'
import type { RequestPlan } from './plan.ts'
import type { Reply } from './reply.ts'

export interface AttemptOptions {
  id: string
  endpoint: Endpoint
  plan: RequestPlan
  reply: Reply
  user: string | undefined
  app: App
}

/** One try to answer a request. */
export interface Attempt {
  /**
   * Resolves when the try has ended: with nothing when the answer is whole, else with the error. An error before the
   * first byte is not told to the client yet, so that another way may be tried; after it, it was told in-band.
   */
  readonly ended: Promise<ProxyError | undefined>
  /** The client takes bytes again. */
  resume(): void
  /** Ends it from outside: the client has left, the time is up, the proxy stops. */
  fail(error: ProxyError): void
}

export function startAttempt({ id, endpoint, plan, reply, user, app }: AttemptOptions): Attempt {
  const { config, log, upstream, host, forwarder } = app
  const { parsed, decision, request, kind, calls } = plan
  const abort = new AbortController()
  const ended = Promise.withResolvers<ProxyError | undefined>()
  let run: AnswerRun | undefined
  let encoder: Encoder | undefined
  let settled: Verdict['settled']

  const exchange: Exchange = {
    id,
    endpoint: endpoint.name,
    request,
    original: parsed.request,
    upstream,
    mode: decision.mode,
    because: decision.because,
    signal: abort.signal,
    log,
    ask: (other) => ask(other, { user, endpoint: endpoint.name, signal: abort.signal }, app),
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
      if (settled !== undefined) return
      settled = 'failed'
      if (reply.committed) {
        encode().write({ type: 'error', error }, (frame) => reply.write(frame))
        reply.end()
      }
      stop(error)
    },
  }

  /** It is over, in whatever way: nothing goes on upstream. */
  function stop(error?: ProxyError): void {
    abort.abort()
    run?.abort()
    ended.resolve(error)
  }

  if (wantsEstimate(exchange)) reply.setHeader('x-argo-usage', 'estimated')
  const pipeline = assemble({
    exchange,
    encode,
    translated: parsed.translated ?? false,
    decision,
    kind,
    calls,
    host,
    verdict,
    answerLimit: config.limits.answer,
  })
  run = runAnswer({
    calls,
    upstreamPieces: pipeline.upstream,
    clientPieces: pipeline.client,
    forwarder,
    onError: verdict.fail,
    outlet: {
      write: (chunk) => (typeof chunk === 'string' || Buffer.isBuffer(chunk) ? reply.write(chunk) : true),
      end() {
        if (settled !== 'finished') {
          return verdict.fail(proxyError('internal_error', 'The answer ended without a verdict.'))
        }
        reply.end()
        stop()
      },
    },
  })
  return { ended: ended.promise, resume: () => run?.resume(), fail: verdict.fail }
}
