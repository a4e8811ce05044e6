import type { ProxyError } from '../../contract/error.ts'
import type { App } from '../app.ts'
import { reportPassage } from '../exchange/report.ts'
import type { CountedRequest } from './route.ts'
import { sendThrown } from './send-json.ts'

/**
 * Serves a request that no pipeline answers (embeddings, and what passes as it is), and writes its line in the log. `serve`
 * gives the error that it has told the client; what it throws is told here.
 */
export async function serveReported(
  path: string,
  { response, exchange }: CountedRequest,
  { log }: App,
  serve: () => Promise<ProxyError | undefined>,
): Promise<void> {
  const started = performance.now()
  const error = await serve().catch((thrown: unknown) => sendThrown(response, thrown))
  reportPassage({ id: exchange.id, path, milliseconds: performance.now() - started, error }, log)
}
