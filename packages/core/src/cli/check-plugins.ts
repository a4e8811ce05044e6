import type { LoadedConfig } from '../config/loaded-config.ts'
import type { Logger } from '../contract/exchange.ts'
import { closeApp, createApp } from '../server/create-app.ts'

export interface PluginSummary {
  name: string
  modes: string[]
  stages: number
}

/** Loads and sets up every plugin without serving, and closes them again. Rejects with a ConfigError. */
export async function checkPlugins(loaded: LoadedConfig, log: Logger): Promise<PluginSummary[]> {
  const app = await createApp(loaded, log)
  await closeApp(app)
  return app.host.plugins.map(({ name, contribution }) => ({
    name,
    modes: Object.keys(contribution.modes ?? {}),
    stages: contribution.stages?.length ?? 0,
  }))
}
