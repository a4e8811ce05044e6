import type { ProcessStatus } from './peers.ts'
import type { Live } from './service.ts'
import type { Circuit } from './upstream/circuit.ts'

/** The state of this process. */
export function statusOf({ count, service: { app } }: Pick<Live, 'count' | 'service'>): ProcessStatus {
  return { exchanges: count, circuit: app.forwarder.circuit.state, broken_streams: app.brokenStreams.names() }
}

const worstFirst: readonly Circuit['state'][] = ['open', 'half-open', 'closed', 'off']

/** The state of several processes as one: exchanges are added up, and the worst circuit counts. */
export function combineStatuses(statuses: readonly ProcessStatus[]): ProcessStatus {
  return {
    exchanges: statuses.reduce((sum, { exchanges }) => sum + exchanges, 0),
    circuit: worstFirst.find((state) => statuses.some(({ circuit }) => circuit === state)) ?? 'off',
    broken_streams: [...new Set(statuses.flatMap((status) => status.broken_streams))],
  }
}
