import type { App } from './app.ts'
import { sendJson } from './reply.ts'
import type { Incoming } from './route.ts'
import { standingOf, standTogether } from './standing.ts'

/** `GET /health`: the proxy lives, and how it stands; several processes stand together, whichever is asked. */
export async function serveHealth({ response, live }: Incoming, { peers }: App): Promise<void> {
  if (!peers) return sendJson(response, 200, { status: 'ok', ...standingOf(live) })
  const standings = [...(await peers.standings()), standingOf(live)]
  sendJson(response, 200, { status: 'ok', ...standTogether(standings), workers: standings.length })
}

/** `GET /ready`: 200 where requests can be served, else 503 with the reason. */
export async function serveReady({ response, live }: Incoming, { readiness, forwarder }: App): Promise<void> {
  const { ready, reason } = live.closing ? { ready: false, reason: 'the proxy is shutting down' } : await readiness()
  const circuit = forwarder.circuit.state
  if (ready) return sendJson(response, 200, { status: 'ready', circuit })
  sendJson(response, 503, { status: 'not ready', reason, circuit })
}
