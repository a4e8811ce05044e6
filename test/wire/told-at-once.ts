import type { ConfigInput } from 'argo-proxy'
import { promptPlugins } from '../clients/paths.ts'

/** Each error is told at once: nothing is tried again, and no call is kept back. */
export const toldAtOnce = {
  plugins: promptPlugins,
  retries: { limit: 0 },
  circuit_breaker: { enabled: false },
} satisfies ConfigInput
