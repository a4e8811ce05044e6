import { formatLocation } from '../config/fault.ts'
import { type KeyDescription, keys } from '../config/keys.ts'
import { valueAt } from '../config/layers.ts'
import type { LoadedConfig, Origin } from '../config/loaded-config.ts'
import { isRecord } from '../record.ts'
import { isSecretName, mask, redact } from '../redact.ts'
import type { ConfigFlags } from './flags.ts'
import { loadForCommand } from './load.ts'
import { exit, write } from './output.ts'

/** `argo-proxy config show`: every effective value and its origin. */
export async function showConfig(flags: ConfigFlags & { json?: true }): Promise<void> {
  const { loaded } = await loadForCommand(flags)
  const values = effectiveValues(loaded)
  if (flags.json) {
    const shown = values.map(({ name, value, origin }) => [name, { value, origin: formatOrigin(origin) }])
    write(JSON.stringify({ file: loaded.file ?? null, values: Object.fromEntries(shown) }, null, 2))
  } else {
    write(`# ${loaded.file ?? 'no configuration file found'}`)
    const settings = values.map(
      ({ name, value }) => `${name} = ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
    // One long list must not push all the origins off the screen.
    const width = Math.min(60, Math.max(...settings.map((setting) => setting.length)))
    for (const [index, setting] of settings.entries()) {
      write(`${setting.padEnd(width)}   # ${formatOrigin(values[index]?.origin)}`)
    }
  }
  exit(0)
}

interface EffectiveValue {
  name: string
  /** Without secrets. */
  value: unknown
  origin: Origin | undefined
}

function effectiveValues({ config, origins }: LoadedConfig): EffectiveValue[] {
  return keys.flatMap((key) => {
    const value = valueAt(config, key.path)
    return value === undefined
      ? []
      : [{ name: key.name, value: withoutSecrets(key, value), origin: origins.get(key.name) }]
  })
}

function withoutSecrets({ name, path }: KeyDescription, value: unknown): unknown {
  if (isSecretName(path.at(-1) ?? '')) return mask
  // Any header may be a key, whatever its name.
  if (name === 'upstream.headers' && isRecord(value))
    return Object.fromEntries(Object.keys(value).map((key) => [key, mask]))
  if (name === 'plugins' && Array.isArray(value)) return value.map(withPluginNames)
  return redact(value)
}

/** An inline plugin is shown by its name. */
function withPluginNames(entry: unknown): unknown {
  if (Array.isArray(entry)) return entry.map(withPluginNames)
  if (isRecord(entry) && typeof entry.setup === 'function') return `<plugin ${String(entry.name)}>`
  return redact(entry)
}

function formatOrigin(origin: Origin | undefined): string {
  if (origin?.from === 'environment') return `environment ${origin.variable}`
  if (origin?.from === 'command line') return `command line ${origin.flag}`
  if (origin?.from === 'file') return origin.location ? formatLocation(origin.location) : 'file'
  return 'default'
}
