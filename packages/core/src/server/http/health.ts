import type { App } from '../app.ts'
import { combineStatuses, statusOf } from '../process-status.ts'
import type { Incoming } from './route.ts'
import { sendJson } from './send-json.ts'

/** `GET /health`: the proxy lives, and how it stands; several processes stand together, whichever is asked. */
export async function serveHealth({ response, live }: Incoming, { peers }: App): Promise<void> {
  if (!peers) return sendJson(response, 200, { status: 'ok', ...statusOf(live) })
  const statuses = [...(await peers.statuses()), statusOf(live)]
  sendJson(response, 200, { status: 'ok', ...combineStatuses(statuses), workers: statuses.length })
}

/** `GET /ready`: 200 where requests can be served, else 503 with the reason. */
export async function serveReady({ response, live }: Incoming, { readiness, forwarder }: App): Promise<void> {
  const { ready, reason } = live.closing ? { ready: false, reason: 'the proxy is shutting down' } : await readiness()
  const circuit = forwarder.circuit.state
  if (ready) return sendJson(response, 200, { status: 'ready', circuit })
  sendJson(response, 503, { status: 'not ready', reason, circuit })
}
