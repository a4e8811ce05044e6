import type { LoadedConfig } from '../config/loaded-config.ts'
import type { Logger } from '../contract/exchange.ts'
import { withApp } from './with-app.ts'

export interface PluginSummary {
  name: string
  modes: string[]
  stages: number
}

/** Loads and sets up every plugin without serving, and closes them again. Rejects with a ConfigError. */
export function checkPlugins(loaded: LoadedConfig, log: Logger): Promise<PluginSummary[]> {
  return withApp(loaded, log, ({ host }) =>
    host.plugins.map(({ name, contribution }) => ({
      name,
      modes: Object.keys(contribution.modes ?? {}),
      stages: contribution.stages?.length ?? 0,
    })),
  )
}
