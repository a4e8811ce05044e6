import type { LoadedConfig } from '../config/loaded-config.ts'
import type { Logger } from '../contract/exchange.ts'
import type { Model } from '../contract/upstream.ts'
import { withApp } from './with-app.ts'

/** The upstream's models, without serving. Rejects with a ProxyError. */
export function listModels(loaded: LoadedConfig, log: Logger): Promise<readonly Model[]> {
  return withApp(loaded, log, ({ catalog }) => catalog.list())
}
