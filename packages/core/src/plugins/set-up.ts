import { isWritten, modeInForce } from '../config/default-mode.ts'
import { ConfigError, type ConfigFault } from '../config/fault.ts'
import type { LoadedConfig } from '../config/loaded-config.ts'
import type { Logger, UpstreamTraits } from '../contract/exchange.ts'
import { withTimeLimit } from '../within.ts'
import { closePlugins, createHost, type LoadedPlugin, type PluginHost } from './host.ts'
import { loadPlugins, type ReadyPlugin } from './load.ts'
import { contributionFaults, isContribution } from './shape.ts'

/**
 * Loads every plugin that the configuration names and sets them up in order. Throws a ConfigError with every fault
 * found; plugins that were set up by then are closed again.
 */
export async function setUpPlugins(loaded: LoadedConfig, upstream: UpstreamTraits, log: Logger): Promise<PluginHost> {
  const ready = await loadPlugins(loaded)
  const plugins: LoadedPlugin[] = []
  const limit = loaded.config.timeouts.plugin_setup
  try {
    for (const one of ready) plugins.push(await setUp(one, loaded, upstream, log))
    const host = createHost(plugins, { ...defaultMode(plugins, loaded), closeLimit: limit }, log)
    const faults = [...modesOfferedTwice(ready, plugins, loaded), ...missingModes(ready, host, loaded)]
    if (faults.length > 0) throw new ConfigError(faults)
    return host
  } catch (error) {
    await closePlugins(plugins, limit, log)
    throw error
  }
}

async function setUp(
  { plugin, options, index }: ReadyPlugin,
  loaded: LoadedConfig,
  upstream: UpstreamTraits,
  log: Logger,
): Promise<LoadedPlugin> {
  const limit = loaded.config.timeouts.plugin_setup
  const fail = (message: string): ConfigError =>
    new ConfigError([{ location: loaded.locate(['plugins', index]), key: `plugins[${index}]`, message }])
  const running = run()
  const contribution = await withTimeLimit(limit, running, () => {
    void running.then(closeLate, () => {})
    return fail(`plugin "${plugin.name}" hangs: its setup has not ended after ${limit} ms (timeouts.plugin_setup)`)
  })
  if (isContribution(contribution)) return { name: plugin.name, contribution }
  throw fail(`plugin "${plugin.name}" contributes something wrong: ${contributionFaults(contribution).join('; ')}`)

  /** Nobody waits for it any more, but it may hold timers and sockets. */
  async function closeLate(late: unknown): Promise<void> {
    if (isContribution(late)) await closePlugins([{ name: plugin.name, contribution: late }], limit, log)
  }

  async function run(): Promise<unknown> {
    try {
      return await plugin.setup({ log, upstream }, options)
    } catch (error) {
      throw fail(`plugin "${plugin.name}" failed in setup: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}

/** What `real_stream` says; where it says nothing and real-stream was left out, the one mode there is. */
function defaultMode(plugins: readonly LoadedPlugin[], loaded: LoadedConfig): { mode: string; because: string } {
  const offered = plugins.flatMap(({ contribution }) => Object.keys(contribution.modes ?? {}))
  const { real_stream: realStream } = loaded.config
  const isDefault = !isWritten(loaded)
  const wanted = realStream ? 'real' : 'pseudo'
  const mode = modeInForce(loaded, offered)
  if (mode === wanted) return { mode, because: isDefault ? 'it is the default' : `real_stream is ${realStream}` }
  if (mode !== undefined) return { mode, because: `no loaded plugin offers "${wanted}"` }
  throw new ConfigError([
    {
      location: loaded.locate(['real_stream']) ?? loaded.locate(['plugins']),
      key: 'real_stream',
      message: `${realStream} needs a plugin that offers the stream mode "${wanted}": add ${wanted}-stream to plugins${
        isDefault ? '' : `, or write real_stream: ${!realStream}`
      }`,
    },
  ])
}

function modesOfferedTwice(
  ready: readonly ReadyPlugin[],
  plugins: readonly LoadedPlugin[],
  loaded: LoadedConfig,
): ConfigFault[] {
  const owners = new Map<string, string>()
  return ready.flatMap(({ plugin, index }, position) =>
    Object.keys(plugins[position]?.contribution.modes ?? {}).flatMap((mode) => {
      const owner = owners.get(mode)
      owners.set(mode, plugin.name)
      if (owner === undefined) return []
      const message = `plugins "${owner}" and "${plugin.name}" both offer the stream mode "${mode}": leave one out`
      return [{ location: loaded.locate(['plugins', index]), key: `plugins[${index}]`, message }]
    }),
  )
}

function missingModes(ready: readonly ReadyPlugin[], host: PluginHost, loaded: LoadedConfig): ConfigFault[] {
  return ready.flatMap(({ plugin, index }) =>
    (plugin.needs?.modes ?? [])
      .filter((mode) => !host.modes.has(mode))
      .map((mode) => ({
        location: loaded.locate(['plugins', index]) ?? loaded.locate(['plugins']),
        key: `plugins[${index}]`,
        message: `plugin "${plugin.name}" needs the stream mode "${mode}": add ${mode}-stream to plugins`,
      })),
  )
}
