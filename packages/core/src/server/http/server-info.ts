import { readVersion } from '../../config/version.ts'
import type { App } from '../app.ts'
import type { Route } from './route.ts'

/** What `GET /version` says. */
export const versionInfo = { name: 'argo-proxy', version: readVersion() }

/** What `GET /` says: what is served, and how. */
export function overview({ upstream, host }: Pick<App, 'upstream' | 'host'>, routes: readonly Route[]): object {
  return {
    ...versionInfo,
    upstream: upstream.kind,
    modes: [...host.modes.keys()],
    plugins: host.plugins.map((plugin) => plugin.name),
    endpoints: routes.map(({ method, path }) => `${method} ${path}`),
  }
}
