import type { ProxyError } from '../../contract/error.ts'
import type { Exchange, Logger } from '../../contract/exchange.ts'
import type { ErrorCode } from '../../errors.ts'
import type { Answering } from './answer.ts'
import { droppedParameters } from './plan.ts'

export interface ExchangeReport {
  id: string
  endpoint: Exchange['endpoint']
  /** Absent where the request was refused before it was understood. */
  answering: Pick<Answering, 'plan' | 'retries'> | undefined
  milliseconds: number
  error: ProxyError | undefined
}

/** One line of the log for each exchange: no prompt, no answer, no key. */
export function reportExchange({ id, endpoint, answering, milliseconds, error }: ExchangeReport, log: Logger): void {
  const plan = answering?.plan
  const dropped = plan ? droppedParameters(plan.calls, plan.parsed.clientParam) : []
  const detail = {
    id,
    endpoint,
    ...(plan && {
      model: plan.request.model,
      stream: plan.request.stream,
      mode: plan.decision.mode,
      because: plan.decision.because,
    }),
    ...(plan?.parsed.omittedTools?.length ? { omittedTools: plan.parsed.omittedTools } : {}),
    ...(dropped.length > 0 && { droppedParameters: dropped }),
    ...(answering?.retries ? { retries: answering.retries } : {}),
    milliseconds: Math.round(milliseconds),
    ...(error && said(error)),
  }
  report(id, detail, error, log)
}

/** Characters of a path that are logged. */
const longestPath = 200

/** The same for a request that no pipeline answers. `path`: percent-encoded, where it holds an id from the client. */
export function reportPassage(
  { id, path, milliseconds, error }: Pick<ExchangeReport, 'id' | 'milliseconds' | 'error'> & { path: string },
  log: Logger,
): void {
  const detail = {
    id,
    path: path.slice(0, longestPath),
    milliseconds: Math.round(milliseconds),
    ...(error && said(error)),
  }
  report(id, detail, error, log)
}

function report(id: string, detail: Record<string, unknown>, error: ProxyError | undefined, log: Logger): void {
  if (!error) log.info('answered', detail)
  else if (error.code === 'client_closed_request') log.info('client left', detail)
  else if (error.status < 500) log.info('refused', detail)
  else log.error('failed', { ...detail, cause: causeOf(error) })
  if (error && quotes(error)) log.debug('what was said', { id, error: error.message })
}

/** What the log says of an error. A message that may quote a request or an answer is for the level `debug` alone. */
export function said(error: ProxyError): { code: string; param?: string; error?: string } {
  const { code, param, message } = error
  return { code, ...(param !== null && { param }), ...(!quotes(error) && { error: message }) }
}

const quotingCodes: ReadonlySet<string> = new Set<ErrorCode>([
  'upstream_error',
  'upstream_invalid_answer',
  // It repeats the last failure.
  'circuit_open',
])

function quotes({ code, status }: ProxyError): boolean {
  return status < 500 ? code !== 'client_closed_request' : quotingCodes.has(code)
}

/** With its stack where this program or a plugin is at fault; elsewhere it is the system's word, or an upstream's. */
function causeOf({ code, cause }: ProxyError): string | undefined {
  if (cause === undefined) return undefined
  if (!(cause instanceof Error)) return String(cause)
  return (isOwnFault(code) && cause.stack) || cause.message
}

function isOwnFault(code: string): boolean {
  return code === 'internal_error' || code === 'plugin_failed'
}
