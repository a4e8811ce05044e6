import type { Circuit } from './circuit.ts'
import type { Standing } from './peers.ts'
import type { Live } from './service.ts'

/** How this process stands. */
export function standingOf({ count, service: { app } }: Pick<Live, 'count' | 'service'>): Standing {
  return { exchanges: count, circuit: app.forwarder.circuit.state, broken_streams: app.brokenStreams.names() }
}

const worstFirst: readonly Circuit['state'][] = ['open', 'half-open', 'closed', 'off']

/** How several stand together: exchanges are added up, of their circuits the worst counts. */
export function standTogether(standings: readonly Standing[]): Standing {
  return {
    exchanges: standings.reduce((sum, { exchanges }) => sum + exchanges, 0),
    circuit: worstFirst.find((state) => standings.some(({ circuit }) => circuit === state)) ?? 'off',
    broken_streams: [...new Set(standings.flatMap((standing) => standing.broken_streams))],
  }
}
