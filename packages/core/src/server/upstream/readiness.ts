import { within } from '../../within.ts'
import type { Forwarder } from './forward.ts'
import type { ModelCatalog } from './model-catalog.ts'
import type { Contact } from './running-call.ts'

export interface Readiness {
  ready: boolean
  /** Absent where it is ready. */
  reason?: string
}

/** Milliseconds that an answer of the upstream counts, and that is waited for one. */
const lately = 30_000
const patience = 3_000

/**
 * Whether the upstream was reached lately and its circuit is closed. Where that is not known, it is asked for its models,
 * whatever it answers: so an open circuit closes again even when nobody sends requests to a proxy that is not ready.
 */
export function createReadiness(
  { contact, circuit }: Pick<Forwarder, 'contact' | 'circuit'>,
  catalog: Pick<ModelCatalog, 'refresh'>,
): () => Promise<Readiness> {
  let asking: Promise<unknown> | undefined

  const isReached = (): boolean =>
    contact.answeredAt > contact.failedAt && Date.now() - contact.answeredAt < lately && isClosed()
  const isClosed = (): boolean => circuit.state === 'closed' || circuit.state === 'off'

  async function askUpstream(): Promise<void> {
    asking ??= catalog
      .refresh()
      .catch(() => {})
      .finally(() => {
        asking = undefined
      })
    await within(patience, asking, undefined)
  }

  return async () => {
    if (!isReached()) await askUpstream()
    if (isReached()) return { ready: true }
    return { ready: false, reason: isClosed() ? unreached(contact) : 'the circuit breaker is open' }
  }
}

function unreached({ answeredAt }: Contact): string {
  return answeredAt === 0 ? 'the upstream was never reached' : 'the upstream does not answer'
}
