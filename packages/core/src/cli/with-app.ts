import type { LoadedConfig } from '../config/loaded-config.ts'
import type { Logger } from '../contract/exchange.ts'
import type { App } from '../server/app.ts'
import { closeApp, createApp } from '../server/create-app.ts'

/** Uses what a server would serve with, without serving, and closes it again. Rejects with a ConfigError for a plugin's fault. */
export async function withApp<Result>(
  loaded: LoadedConfig,
  log: Logger,
  use: (app: App) => Result | Promise<Result>,
): Promise<Result> {
  const app = await createApp(loaded, log)
  try {
    return await use(app)
  } finally {
    await closeApp(app)
  }
}
