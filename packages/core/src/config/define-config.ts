import type { ConfigInput } from './schema.ts'

/** Gives `argo.config.ts` its types; returns it as it is. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config
}
