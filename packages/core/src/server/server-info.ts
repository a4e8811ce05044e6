import { readVersion } from '../config/version.ts'
import type { App } from './app.ts'

const name = 'argo-proxy'
const version = readVersion()

/** What the proxy says of itself. */
export const serverInfo = {
  version: { name, version },
  overview: ({ upstream, host, endpoints }: Pick<App, 'upstream' | 'host' | 'endpoints'>) => ({
    name,
    version,
    upstream: upstream.kind,
    modes: [...host.modes.keys()],
    plugins: host.plugins.map((plugin) => plugin.name),
    endpoints: [
      ...endpoints.map(({ path }) => `POST ${path}`),
      'POST /v1/embeddings',
      'GET /v1/models',
      'GET /v1/models/{id}',
      'GET /health',
      'GET /ready',
      'GET /version',
    ],
  }),
}
