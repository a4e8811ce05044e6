import type { LoadedConfig } from '../config/loaded-config.ts'
import type { Logger } from '../contract/exchange.ts'
import type { Model } from '../contract/upstream.ts'
import { closeApp, createApp } from '../server/create-app.ts'

/** The upstream's models, without serving. Rejects with a ProxyError. */
export async function listModels(loaded: LoadedConfig, log: Logger): Promise<Model[]> {
  const app = await createApp(loaded, log)
  try {
    return [...(await app.catalog.list())]
  } finally {
    await closeApp(app)
  }
}
