import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ProxyError } from '../contract/error.ts'
import type { Endpoint } from '../contract/format.ts'
import { proxyError, toProxyError } from '../errors.ts'
import type { App } from './app.ts'
import { type Attempt, startAttempt } from './attempt.ts'
import { callerOf } from './caller.ts'
import { type Caller, planRequest, type RequestPlan } from './plan.ts'
import { readJson } from './read-json.ts'
import { completeReply, sendError, streamReply } from './reply.ts'
import { reportExchange } from './report.ts'

/** One request of one client, from its body to the last byte of its answer. */
export async function serveExchange(
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
  endpoint: Endpoint,
  app: App,
): Promise<void> {
  const started = performance.now()
  const report = (error?: ProxyError, plan?: RequestPlan) =>
    reportExchange({ id, endpoint: endpoint.name, plan, milliseconds: performance.now() - started, error }, app.log)
  let plan: RequestPlan | undefined
  try {
    const body = await readJson(request, app.config.limits.body)
    const caller = callerOf(request, app.config)
    plan = await planRequest(endpoint, body, caller, app)
    report(await answer(response, id, endpoint, plan, caller, app), plan)
  } catch (thrown) {
    const error = toProxyError(thrown)
    sendError(response, error)
    report(error, plan)
  }
}

/** Answers a planned request. Resolves when the exchange has ended, with the error it ended in, if any. */
async function answer(
  response: ServerResponse,
  id: string,
  endpoint: Endpoint,
  plan: RequestPlan,
  { user }: Caller,
  app: App,
): Promise<ProxyError | undefined> {
  const { timeouts, heartbeat } = app.config
  let attempt: Attempt | undefined
  const options = {
    heartbeat,
    stalledClient: timeouts.stalled_client,
    onDrain: () => attempt?.resume(),
    onGone: () => attempt?.fail(proxyError('client_closed_request', 'The client left before the answer was whole.')),
  }
  const reply = plan.request.stream ? streamReply(response, options) : completeReply(response, options)
  if (plan.request.stream) reply.setHeader('x-argo-stream-mode', plan.decision.mode)
  if (plan.request.model !== plan.parsed.request.model) reply.setHeader('x-argo-model', plan.request.model)
  const omitted = plan.parsed.omittedTools ?? []
  if (omitted.length > 0) reply.setHeader('x-argo-omitted-tools', omitted.join(', '))

  const timer = timeouts.total > 0 ? setTimeout(onTimeUp, timeouts.total) : undefined
  try {
    attempt = startAttempt({ id, endpoint, plan, reply, user, app })
    const error = await attempt.ended
    if (error && !reply.committed) reply.reject(error)
    return error
  } finally {
    clearTimeout(timer)
  }

  function onTimeUp(): void {
    attempt?.fail(proxyError('total_timeout', `The answer took more than ${timeouts.total} ms (timeouts.total).`))
  }
}
