import type { ProxyError } from '../contract/error.ts'
import type { Exchange, Logger } from '../contract/exchange.ts'
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
  const dropped = plan ? droppedParameters(plan.calls) : []
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
    ...(error && { code: error.code, error: error.message }),
  }
  if (!error) log.info('answered', detail)
  else if (error.code === 'client_closed_request') log.info('client left', detail)
  else if (error.status < 500) log.info('refused', detail)
  else log.error('failed', { ...detail, cause: describe(error.cause) })
}

function describe(cause: unknown): string | undefined {
  if (cause === undefined) return undefined
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
}
