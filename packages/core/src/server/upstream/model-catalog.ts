import type { Logger } from '../../contract/exchange.ts'
import type { Model } from '../../contract/upstream.ts'
import { proxyError, toProxyError } from '../../errors.ts'
import { within, withTimeLimit } from '../../within.ts'

/** The upstream's models, as it last told them. */
export interface ModelCatalog {
  /** Read anew when it is older than the interval; the last good list where the upstream fails. Rejects with a ProxyError. */
  list(): Promise<readonly Model[]>
  /** Reads the list where none was read yet, unless that has failed a moment ago. Never rejects. */
  learn(): Promise<void>
  /** Read now. Rejects with a ProxyError, and the last good list stays. */
  refresh(): Promise<readonly Model[]>
}

export interface ModelCatalogOptions {
  fetch(): Promise<Model[]>
  /** Milliseconds that a list is good for. */
  interval: number
  log: Logger
  now?(): number
}

/** Milliseconds for the list to come, and how long a request waits for it that is not about the list. */
const longestRead = 30_000
const patience = 3_000
/** Milliseconds until a request asks again for a list that could not be read: it would pay for the asking each time. */
const pauseAfterFailure = 30_000

function late(): Error {
  return proxyError('first_byte_timeout', `The upstream's model list has not come within ${longestRead} ms.`)
}

export function createModelCatalog({ fetch, interval, log, now = Date.now }: ModelCatalogOptions): ModelCatalog {
  let known: { models: readonly Model[]; readAt: number } | undefined
  let reading: Promise<readonly Model[]> | undefined
  let failedAt: number | undefined

  /** One read at a time, however many ask. */
  function refresh(): Promise<readonly Model[]> {
    reading ??= withTimeLimit(longestRead, fetch(), late)
      .then((models) => {
        known = { models, readAt: now() }
        return models
      })
      .catch((error: unknown) => {
        failedAt = now()
        throw error
      })
      .finally(() => {
        reading = undefined
      })
    return reading
  }

  return {
    refresh,
    async learn() {
      if (known || (failedAt !== undefined && now() - failedAt < pauseAfterFailure)) return
      // A list that comes later is known from then on.
      if ((await within(patience, refresh(), undefined)) === undefined) failedAt = now()
    },
    async list() {
      if (known && now() - known.readAt < interval) return known.models
      try {
        return await refresh()
      } catch (thrown) {
        if (!known) throw thrown
        log.warn('the model list could not be read; the last one stays', { error: toProxyError(thrown).message })
        // Not asked again at every request while the upstream is down.
        known = { ...known, readAt: now() }
        return known.models
      }
    },
  }
}
