import type { ServerResponse } from 'node:http'
import type { Endpoint } from '../contract/endpoint.ts'
import type { ProxyError } from '../contract/error.ts'
import { proxyError } from '../errors.ts'
import { type Answering, answer } from './answer.ts'
import type { App } from './app.ts'
import { callerOf } from './caller.ts'
import type { OpenExchange } from './open-exchange.ts'
import { type Patience, takePatience } from './patience.ts'
import { planRequest } from './plan.ts'
import { readJson } from './read-json.ts'
import { sendThrown } from './reply.ts'
import { reportExchange } from './report.ts'
import type { CountedRequest } from './route.ts'

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
    const { body, patience } = takePatience(value, request.headers)
    if (patience) limitTime(patience, exchange, response)
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

/** The client's own patience, where it is shorter than `timeouts.total`. */
export function limitTime({ milliseconds, until }: Patience, exchange: OpenExchange, response: ServerResponse): void {
  exchange.after(milliseconds, () => {
    if (until === 'begun' && response.headersSent) return
    const message = `The answer took more than the ${milliseconds} ms of the request's own timeout.`
    exchange.interrupt(proxyError('total_timeout', message))
  })
}
