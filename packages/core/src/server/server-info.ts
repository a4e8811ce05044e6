import { createRequire } from 'node:module'
import { z } from 'zod'
import type { App } from './app.ts'

const packageSchema = z.object({ name: z.string(), version: z.string() })
const { name, version } = packageSchema.parse(createRequire(import.meta.url)('../../package.json'))

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
