import type { ServerResponse } from 'node:http'
import type { Endpoint } from '../../contract/endpoint.ts'
import type { ProxyError } from '../../contract/error.ts'
import { withClientParam } from '../../errors.ts'
import type { App } from '../app.ts'
import { CompleteReply, type Reply } from '../http/reply.ts'
import { StreamReply } from '../http/stream-reply.ts'
import { Attempt } from './attempt.ts'
import type { OpenExchange } from './open-exchange.ts'
import { type Caller, droppedParameters, healedPlan, type RequestPlan } from './plan.ts'
import { recover } from './recovery.ts'
import { said } from './report.ts'

/** A request on its way to its answer. `plan` and `retries` change with the attempts. */
export interface Answering {
  exchange: OpenExchange
  endpoint: Endpoint
  plan: RequestPlan
  caller: Caller
  /** How often the upstream was called again. */
  retries: number
}

/**
 * Answers a planned request, by as many attempts as it takes and is allowed. Resolves when the exchange has ended, with the
 * error it ended in, if any; the client was told.
 */
export async function answer(
  answering: Answering,
  response: ServerResponse,
  app: App,
): Promise<ProxyError | undefined> {
  const { exchange, endpoint, caller } = answering
  const { model } = answering.plan.request
  let attempt: Attempt | undefined
  let resumes: { attempt: Attempt; error: ProxyError } | undefined
  let healedNow = false
  const reply = createReply(answering.plan, response, app, () => attempt?.resume())
  exchange.onInterrupt((error) => attempt?.fail(error))
  exchange.survivesClient = app.config.on_disconnect === 'finish'

  for (;;) {
    const { plan, retries } = answering
    setHeaders(reply, answering)
    const current = new Attempt({ id: exchange.id, endpoint, plan, reply, user: caller.user, app, resumes })
    attempt = current
    const error = await current.ended
    if (!error) {
      reply.end()
      if (healedNow) app.brokenStreams.remember(model)
      return undefined
    }
    if (exchange.interruption) return tell(exchange.interruption, plan, current, reply)

    const healed = plan.kind === 'stream' ? healedPlan(plan, `healed: ${error.code}`, endpoint, caller, app) : undefined
    const { sent } = current
    const { begun } = reply
    const resumable = sent?.resumable ?? false
    const canHeal = healed !== undefined
    const failed = { error, kind: plan.kind, begun, resumable, retries, canHeal }
    const recovery = recover(failed, app.config)
    if (recovery.do === 'give-up') return tell(error, plan, current, reply)

    app.log.warn('the upstream failed, trying again', { id: exchange.id, how: recovery.do, model, ...said(error) })
    if (recovery.do === 'retry') {
      answering.retries += 1
      const interrupted = await exchange.wait(recovery.after)
      if (interrupted) return tell(interrupted, plan, current, reply)
    } else if (healed) {
      answering.plan = healed
      healedNow = recovery.do === 'heal'
      resumes = recovery.do === 'resume' ? { attempt: current, error } : undefined
    }
  }
}

function createReply({ request }: RequestPlan, response: ServerResponse, { config }: App, onDrain: () => void): Reply {
  if (!request.stream) return new CompleteReply(response)
  const { heartbeat, heartbeat_after: heartbeatAfter, timeouts } = config
  return new StreamReply(response, { stalledClient: timeouts.stalled_client, heartbeat, heartbeatAfter, onDrain })
}

function setHeaders(reply: Reply, { plan, retries }: Answering): void {
  const { request, decision, parsed, healed } = plan
  if (request.stream) reply.setHeader('x-argo-stream-mode', decision.mode)
  if (request.model !== parsed.request.model) reply.setHeader('x-argo-model', request.model)
  if (healed) reply.setHeader('x-argo-healed', decision.mode)
  if (retries > 0) reply.setHeader('x-argo-retries', String(retries))
  if (parsed.omittedTools?.length) reply.setHeader('x-argo-omitted-tools', parsed.omittedTools.join(', '))
  const dropped = droppedParameters(plan.calls, parsed.clientParam)
  if (dropped.length > 0) reply.setHeader('x-argo-dropped-parameters', dropped.join(', '))
}

/** Tells the client: by status where it got none yet, else in its own format, and without that format's end. */
function tell(fault: ProxyError, { parsed }: RequestPlan, attempt: Attempt, reply: Reply): ProxyError {
  const error = withClientParam(fault, parsed.clientParam)
  if (!reply.committed) {
    reply.reject(error)
    return error
  }
  let told = false
  attempt.encoder().write({ type: 'error', error }, (frame) => {
    told = true
    reply.write(frame)
  })
  if (told) reply.end()
  else reply.destroy()
  return error
}
