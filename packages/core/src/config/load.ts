import { dirname, resolve } from 'node:path'
import { isRecord } from '../record.ts'
import { crossChecks, doubts } from './checks.ts'
import { readEnvironment } from './environment.ts'
import { byPlace, ConfigError, type ConfigFault, formatFault, formatPath } from './fault.ts'
import { type FoundFile, findConfig } from './find.ts'
import { problemsOf } from './issue.ts'
import { layer } from './layers.ts'
import type { LoadedConfig, Origin } from './loaded-config.ts'
import { readKeys } from './predecessor-keys.ts'
import type { Problem } from './problem.ts'
import { configSchema } from './schema.ts'
import type { Setting } from './setting.ts'
import type { Path } from './source-file.ts'

export interface LoadOptions {
  /** Where the search begins. */
  cwd: string
  /** The file of `--config`, relative to `cwd`; it alone counts. */
  file?: string
  environment: Readonly<Record<string, string | undefined>>
  /** Of the command line: they win over everything. */
  flags?: readonly Setting[]
}

/** zod writes and compiles code for a schema that is used often: here that takes longer than the check itself. */
const once = { jitless: true } as const

/**
 * The effective configuration: command line over environment over file over defaults. Throws a ConfigError with all
 * faults at once, or an UnreadableConfigError.
 */
export async function loadConfig({ cwd, file, environment, flags = [] }: LoadOptions): Promise<LoadedConfig> {
  const start = resolve(cwd)
  const { found, warnings } = await findConfig(start, file)
  const reading = readKeys(rootOf(found), found?.predecessor ?? false)

  const inFile = (path: Path): Path => {
    const name = path.join('.')
    return reading.written.get(name) ?? path
  }
  const originOf = (path: Path): Origin => ({ from: 'file', ...withLocation(found?.source.locate(inFile(path))) })
  const variables = readEnvironment(environment)
  const { value, origins } = layer(reading.value, originOf, [variables.settings, flags])

  const toFault = ({ path, at, message }: Problem): ConfigFault => {
    const overruled = overrulingName(path, origins)
    if (overruled !== undefined) return { key: overruled, message }
    return { ...withLocation(found?.source.locate(inFile(path), at)), key: formatPath(inFile(path)), message }
  }

  const result = configSchema.safeParse(value, once)
  const issues = result.success ? [] : result.error.issues.flatMap((issue) => problemsOf(issue, value))
  const problems = [...reading.problems, ...issues, ...crossChecks(value, environment)]
  const faults = withoutDoubles([...(found?.source.faults ?? []), ...problems.map(toFault)]).sort(byPlace)
  if (faults.length > 0 || !result.success) throw new ConfigError(faults)

  const config = result.data
  const keyVariable = config.upstream.api_key_env
  if (keyVariable !== undefined) {
    config.upstream.api_key = environment[keyVariable]?.trim()
    origins.set('upstream.api_key', { from: 'environment', variable: keyVariable })
  }
  return {
    config,
    ...(found && { file: found.path }),
    directory: found ? dirname(found.path) : start,
    locate: (path, at) =>
      overrulingName(path, origins) === undefined ? found?.source.locate(inFile(path), at) : undefined,
    origins,
    warnings: [...warnings, ...[...reading.warnings, ...doubts(value, origins)].map(toFault), ...variables.warnings],
  }
}

function rootOf(found: FoundFile | undefined): Record<string, unknown> {
  const value = found?.source.value ?? {}
  if (isRecord(value)) return value
  const location = { file: found?.file ?? '' }
  const message = 'holds no mapping of keys: write one key on each line, such as port: 44497'
  throw new ConfigError([{ location, key: 'file', message }])
}

/** A number that is no safe integer breaks two rules of the schema, and is one fault. */
function withoutDoubles(faults: readonly ConfigFault[]): ConfigFault[] {
  return [...new Map(faults.map((fault) => [formatFault(fault), fault])).values()]
}

/** The flag or variable that gave the value at this path, or one around it. */
function overrulingName(path: Path, origins: ReadonlyMap<string, Origin>): string | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const origin = origins.get(path.slice(0, length).join('.'))
    if (origin?.from === 'environment') return origin.variable
    if (origin?.from === 'command line') return origin.flag
  }
  return undefined
}

function withLocation<Place>(location: Place | undefined): { location?: Place } {
  return location === undefined ? {} : { location }
}
