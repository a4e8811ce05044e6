import type { LoadedConfig } from './loaded-config.ts'

type Loaded = Pick<LoadedConfig, 'config' | 'origins'>

/**
 * The stream mode of a request that says nothing, of those that the plugins offer: what `real_stream` says; where it says
 * nothing and no plugin offers `real`, the first one that there is. `undefined` where none is offered that may be meant.
 */
export function modeInForce(loaded: Loaded, offered: readonly string[]): string | undefined {
  const mode = loaded.config.real_stream ? 'real' : 'pseudo'
  if (offered.includes(mode)) return mode
  return isWritten(loaded) ? undefined : offered[0]
}

/** Modes that a plugin offers, known by its name alone. */
const builtIn: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['real-stream', ['real']],
  ['pseudo-stream', ['pseudo']],
  ['tools', []],
])

/** The same of a configuration that is valid, before its plugins are loaded; `undefined` where their names do not tell. */
export function modeByNames(loaded: Loaded): string | undefined {
  const names = loaded.config.plugins.map((entry) => (Array.isArray(entry) ? entry[0] : entry)).filter(Boolean)
  const offers = names.map((name) =>
    builtIn.get(typeof name === 'string' ? name.replace(/^@argo-proxy\/plugin-/, '') : name),
  )
  const known = offers.flatMap((modes) => modes ?? [])
  if (known.includes('real') || !offers.includes(undefined)) return modeInForce(loaded, known)
  return isWritten(loaded) ? (loaded.config.real_stream ? 'real' : 'pseudo') : undefined
}

/** Whether the configuration says a mode, or has the default. */
export function isWritten({ origins }: Pick<LoadedConfig, 'origins'>): boolean {
  return (origins.get('real_stream')?.from ?? 'default') !== 'default'
}
