import { statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { firstLine, importFault } from '../config/code.ts'
import { ConfigError, type ConfigFault, formatLocation, formatPath } from '../config/fault.ts'
import type { LoadedConfig } from '../config/loaded-config.ts'
import { optionProblems } from '../config/option-problem.ts'
import type { PluginEntry } from '../config/schema.ts'
import type { Plugin } from '../contract/plugin.ts'
import { withTimeLimit } from '../within.ts'
import { resolvePlugin } from './resolve.ts'
import { isPlugin, pluginFaults } from './shape.ts'

/** A plugin with its validated options, not yet set up. */
export interface ReadyPlugin {
  plugin: Plugin
  options: unknown
  /** Its place in the configuration's list, for faults. */
  index: number
}

type FaultAt = (message: string, path?: (string | number)[], at?: 'key' | 'value') => ConfigFault
type Outcome = { ready: ReadyPlugin } | { faults: ConfigFault[] }

/**
 * Resolves, imports and validates every plugin that the configuration names. Throws a ConfigError with all faults at
 * once, each at its line.
 */
export async function loadPlugins(loaded: LoadedConfig): Promise<ReadyPlugin[]> {
  const outcomes: (Outcome | undefined)[] = []
  // One after the other: a CommonJS plugin cannot require `argo-proxy` while another one's import of it is under way.
  for (const [index, entry] of loaded.config.plugins.entries()) outcomes.push(await loadEntry(entry, index, loaded))
  const ready = outcomes.flatMap((outcome) => (outcome && 'ready' in outcome ? [outcome.ready] : []))
  const faults = outcomes.flatMap((outcome) => (outcome && 'faults' in outcome ? outcome.faults : []))
  faults.push(...namedTwice(ready, loaded))
  if (faults.length > 0) throw new ConfigError(faults)
  return ready
}

async function loadEntry(entry: PluginEntry, index: number, loaded: LoadedConfig): Promise<Outcome | undefined> {
  if (!entry) return undefined
  const [specifier, options] = Array.isArray(entry) ? entry : [entry, undefined]
  const fault: FaultAt = (message, path = [], at = 'value') => ({
    location: loaded.locate(['plugins', index, ...path], at) ?? loaded.locate(['plugins', index]),
    key: formatPath(['plugins', index, ...path]),
    message,
  })

  const limit = loaded.config.timeouts.plugin_setup
  const hangs = (what: string) => () =>
    new Error(`it hangs: ${what} has not ended after ${limit} ms (timeouts.plugin_setup)`)

  let plugin: unknown = specifier
  if (typeof specifier === 'string') {
    const resolution = resolvePlugin(specifier, loaded.directory)
    if ('fault' in resolution) return { faults: [fault(resolution.fault)] }
    const url = moduleUrl(resolution.path)
    try {
      const imported: Promise<{ default?: unknown }> = import(url)
      plugin = (await withTimeLimit(limit, imported, hangs('its import'))).default
    } catch (error) {
      const imported = { path: resolution.path, url, file: specifier, helper: 'definePlugin' } as const
      const { message, location } = importFault(error, imported)
      const place = location.line === undefined ? '' : ` (at ${formatLocation(location)})`
      return { faults: [fault(`plugin "${specifier}" ${message}${place}`)] }
    }
  }
  if (!isPlugin(plugin)) {
    const name = typeof specifier === 'string' ? `"${specifier}"` : 'the inline object'
    if (plugin === undefined)
      return { faults: [fault(`${name} has no default export: export default definePlugin({...})`)] }
    return { faults: pluginFaults(plugin).map((message) => fault(`${name} is not a plugin: ${message}`)) }
  }
  const { name } = plugin
  try {
    return await withTimeLimit(limit, validateOptions(plugin, options, index, fault), hangs('the check of its options'))
  } catch (error) {
    return { faults: [fault(`plugin "${name}" failed to check its options: ${firstLine(error)}`)] }
  }
}

/** Node keeps what it has imported: of a plugin in a plain file, a changed one is another module. */
function moduleUrl(path: string): string {
  const { href } = pathToFileURL(path)
  return path.includes('node_modules') ? href : `${href}?t=${Math.trunc(statSync(path).mtimeMs)}`
}

async function validateOptions(plugin: Plugin, options: unknown, index: number, fault: FaultAt): Promise<Outcome> {
  if (!plugin.options) {
    if (options === undefined) return { ready: { plugin, options: {}, index } }
    return { faults: [fault(`plugin "${plugin.name}" takes no options: write "${plugin.name}" alone`, [1])] }
  }
  const result = await plugin.options['~standard'].validate(options ?? {})
  if (!result.issues) return { ready: { plugin, options: result.value, index } }
  return {
    faults: result.issues
      .flatMap((issue) => optionProblems(issue, plugin.options, options ?? {}))
      .map(({ path, at, message }) => fault(`plugin "${plugin.name}": ${message}`, [1, ...path], at)),
  }
}

function namedTwice(ready: readonly ReadyPlugin[], loaded: LoadedConfig): ConfigFault[] {
  return ready
    .filter(({ plugin }, position) => ready.findIndex((other) => other.plugin.name === plugin.name) < position)
    .map(({ plugin, index }) => ({
      location: loaded.locate(['plugins', index]),
      key: `plugins[${index}]`,
      message: `plugin "${plugin.name}" is named twice: leave one out`,
    }))
}
