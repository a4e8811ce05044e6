import { extname } from 'node:path'
import { loadCode } from '../config/code.ts'
import type { Location } from '../config/fault.ts'
import type { LoadedConfig, Origin } from '../config/loaded-config.ts'
import { type Config, configSchema } from '../config/schema.ts'
import { isRecord } from '../record.ts'

type Path = readonly (string | number)[]

/** A configuration as it goes to another process: without functions. */
export interface PlainConfig {
  config: Config
  file: string | undefined
  directory: string
  origins: ReadonlyMap<string, Origin>
  /**
   * The places in the file of all that a worker may find at fault (plugins, their options), by the path of the key as
   * JSON.
   */
  locations: ReadonlyMap<string, Location | undefined>
  /** Whether the other process must import the plugins from the file: in code they may hold functions. */
  pluginsInFile: boolean
}

/** Makes it ready to be sent. */
export function toPlainConfig({ config, file, directory, origins, locate }: LoadedConfig): PlainConfig {
  const pluginsInFile = file !== undefined && origins.get('plugins')?.from === 'file' && isCode(file)
  const paths: Path[] = [['real_stream'], ...pathsOf(config.plugins, ['plugins'])]
  return {
    config: pluginsInFile ? { ...config, plugins: [] } : config,
    file,
    directory,
    origins,
    locations: new Map(paths.map((path) => [JSON.stringify(path), locate(path)])),
    pluginsInFile,
  }
}

/**
 * The configuration that was sent. Rejects with a ConfigError where the plugins can no longer be read from the file.
 */
export async function fromPlainConfig(plain: PlainConfig): Promise<LoadedConfig> {
  const { config, file, directory, origins, locations, pluginsInFile } = plain
  return {
    config: pluginsInFile && file !== undefined ? { ...config, plugins: await readPlugins(file) } : config,
    ...(file !== undefined && { file }),
    directory,
    origins,
    locate(path) {
      for (let length = path.length; length > 0; length -= 1) {
        const key = JSON.stringify(path.slice(0, length))
        if (locations.has(key)) return locations.get(key)
      }
      return undefined
    },
  }
}

async function readPlugins(file: string): Promise<Config['plugins']> {
  const content = await loadCode(file, file)
  return configSchema.shape.plugins.parse(isRecord(content) ? content.plugins : undefined)
}

function isCode(file: string): boolean {
  return /^\.[cm]?[jt]s$/.test(extname(file))
}

/** The paths of a value and of all that is in it. */
function pathsOf(value: unknown, path: Path): Path[] {
  if (Array.isArray(value)) return [path, ...value.flatMap((entry, index) => pathsOf(entry, [...path, index]))]
  if (!isRecord(value) || typeof value.setup === 'function') return [path]
  return [path, ...Object.entries(value).flatMap(([key, entry]) => pathsOf(entry, [...path, key]))]
}
