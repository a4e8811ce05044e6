import type { Endpoint } from '../../contract/endpoint.ts'
import type { ProxyError } from '../../contract/error.ts'
import type { App } from '../app.ts'
import { callerOf } from '../http/caller.ts'
import { limitTime, takeClientTimeout } from '../http/client-timeout.ts'
import { readJson } from '../http/read-json.ts'
import type { CountedRequest } from '../http/route.ts'
import { sendThrown } from '../http/send-json.ts'
import { type Answering, answer } from './answer.ts'
import { planRequest } from './plan.ts'
import { reportExchange } from './report.ts'

/** One request of one client, from its body to the last byte of its answer. */
export async function serveExchange(
  { request, response, exchange }: CountedRequest,
  endpoint: Endpoint,
  app: App,
): Promise<void> {
  const started = performance.now()
  let answering: Answering | undefined
  let error: ProxyError | undefined
  try {
    const value = await exchange.until(readJson(request, app.config.limits.body))
    const { body, clientTimeout } = takeClientTimeout(value, request.headers)
    if (clientTimeout) limitTime(clientTimeout, exchange, response)
    const caller = callerOf(request, app.config)
    const plan = await exchange.until(planRequest(endpoint, body, caller, app))
    answering = { exchange, endpoint, plan, caller, retries: 0 }
    error = await answer(answering, response, app)
  } catch (thrown) {
    error = sendThrown(response, thrown)
  }
  const milliseconds = performance.now() - started
  reportExchange({ id: exchange.id, endpoint: endpoint.name, answering, milliseconds, error }, app.log)
}
