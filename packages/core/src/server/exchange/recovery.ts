import type { HealSettings, RetrySettings } from '../../config/schema.ts'
import type { ProxyError } from '../../contract/error.ts'
import type { UpstreamCallKind } from '../../contract/exchange.ts'

/** An attempt that has failed, as far as it matters for what comes next. */
export interface FailedAttempt {
  error: ProxyError
  /** Which of the upstream's calls it was. */
  kind: UpstreamCallKind
  /** The client has got a part of the answer. */
  begun: boolean
  /** What it has got may be continued by another answer. */
  resumable: boolean
  /** How often the call was made again so far. */
  retries: number
  /** Whether the request can be answered in pseudo stream instead. */
  canHeal: boolean
}

export type Recovery =
  | { do: 'give-up' }
  /** The same once more, after so many milliseconds. */
  | { do: 'retry'; after: number }
  /** In pseudo stream. */
  | { do: 'heal' }
  /** In pseudo stream, from where the answer broke off. */
  | { do: 'resume' }

const giveUp: Recovery = { do: 'give-up' }

/** What is done about a failed attempt. `random` is from 0 to 1. */
export function recover(
  failed: FailedAttempt,
  { retries, heal }: { retries: RetrySettings; heal: HealSettings },
  random = Math.random(),
): Recovery {
  const blamed = failed.kind === 'stream' && heal.enabled && failed.canHeal && isStreamingToBlame(failed)
  if (failed.begun) return blamed && heal.resume && failed.resumable ? { do: 'resume' } : giveUp
  const after = retryDelay(failed, retries, random)
  if (after !== undefined) return { do: 'retry', after }
  return blamed ? { do: 'heal' } : giveUp
}

const transient: ReadonlySet<number | undefined> = new Set([429, 502, 503, 504])

/** Milliseconds; `undefined` where the call is not made again. */
export function retryDelay(
  { error, retries }: Pick<FailedAttempt, 'error' | 'retries'>,
  { limit, delay, max_delay: longest }: RetrySettings,
  random = Math.random(),
): number | undefined {
  if (!transient.has(error.upstreamStatus) || retries >= limit) return undefined
  const wanted = retryAfter(error)
  if (wanted !== undefined) return wanted <= longest ? wanted : undefined
  // Between a half and the whole, so that clients who failed together do not come again together.
  return Math.min(longest, delay * 2 ** retries * (0.5 + random / 2))
}

/** `retry-after` in seconds or as a date, or `retry-after-ms`. */
function retryAfter({ headers }: ProxyError): number | undefined {
  const milliseconds = Number(headers['retry-after-ms'] ?? Number.NaN)
  if (milliseconds >= 0) return milliseconds
  const text = headers['retry-after']
  if (text === undefined) return undefined
  const seconds = Number(text)
  if (seconds >= 0) return seconds * 1000
  const until = Date.parse(text) - Date.now()
  return Number.isNaN(until) ? undefined : Math.max(0, until)
}

const brokenStream: ReadonlySet<string> = new Set([
  'upstream_disconnected',
  'upstream_invalid_answer',
  'first_byte_timeout',
  'idle_timeout',
])

/** Whether the complete call may work where the streaming one did not. */
function isStreamingToBlame({ error }: FailedAttempt): boolean {
  const { upstreamStatus: status } = error
  if (error.param === 'stream') return true
  if (status === undefined) return brokenStream.has(error.code) || error.code === 'upstream_error'
  // Who says when to come again is merely busy.
  if (retryAfter(error) !== undefined) return false
  // The streaming endpoint is off, or broken; a model that does not exist is missing elsewhere as well.
  return status >= 500 || status === 405 || (status === 404 && error.code !== 'model_not_found')
}
