import { dirname, isAbsolute, parse, relative, resolve, sep } from 'node:path'
import { type CosmiconfigResult, cosmiconfig } from 'cosmiconfig'
import { ConfigError, type ConfigFault } from './fault.ts'
import { sourceLoaders } from './loaders.ts'
import { findPredecessorFile, namesPredecessorFile } from './predecessor-file.ts'
import { searchPlaces } from './search-places.ts'
import type { SourceFile } from './source-file.ts'
import { readFailure, refuseUnreadable } from './trust.ts'

/** The one file that counts. */
export interface FoundFile {
  /** Absolute. */
  path: string
  /** As faults name it: relative where it is below the working directory. */
  file: string
  source: SourceFile
  /** `found`: a file of the Python program, at its own place. `named`: it looks like one. Its keys are accepted. */
  predecessor: false | 'found' | 'named'
}

export interface Finding {
  found?: FoundFile
  warnings: ConfigFault[]
}

/**
 * Finds and reads the configuration file: the named one, or the first of the search places from `cwd` up to the root,
 * the user's configuration folder, and then the places of the Python program. Throws a ConfigError for a file that
 * cannot be parsed, an UnreadableConfigError for one that cannot be read.
 */
export async function findConfig(cwd: string, named: string | undefined): Promise<Finding> {
  const fileName = (path: string): string => nameBelow(cwd, path)
  const { loaders, sources, planted } = sourceLoaders(fileName, named !== undefined)
  const result = named === undefined ? await search(cwd, loaders) : await load(resolve(cwd, named), loaders, fileName)

  const warnings = planted.map((path) => ({
    location: { file: fileName(path) },
    key: 'file',
    message: 'was passed over: another user owns it, where everyone may write; name it with --config if you trust it',
  }))
  if (!result) {
    const found = await findPredecessorFile(cwd, fileName)
    return { ...(found && { found }), warnings }
  }
  const path = result.filepath
  const read = sources.get(path) ?? { value: {}, faults: [], locate: () => undefined }
  const predecessor = named !== undefined && namesPredecessorFile(path) ? 'named' : false
  return { found: { path, file: fileName(path), source: within(read, result.config), predecessor }, warnings }
}

async function search(cwd: string, loaders: Loaders): Promise<CosmiconfigResult> {
  let result: CosmiconfigResult
  try {
    result = await explorer(loaders, cwd).search(cwd)
  } catch (error) {
    // The path of a file that cannot be read is known from Node alone.
    const path = error instanceof Error && 'path' in error && 'syscall' in error ? String(error.path) : undefined
    throw path === undefined ? error : readFailure(path, error)
  }
  // Most package.json files have nothing for us, so that one which may not be read is no loss.
  const places = searchPlaces.filter((place) => place !== 'package.json')
  await refuseUnreadable(cwd, places, result?.filepath)
  return result
}

async function load(path: string, loaders: Loaders, fileName: (path: string) => string): Promise<CosmiconfigResult> {
  let result: CosmiconfigResult
  try {
    result = await explorer(loaders, dirname(path)).load(path)
  } catch (error) {
    throw error instanceof ConfigError ? error : readFailure(path, error)
  }
  if (result) return result
  const message = 'is not there: add an "argo" key, or name another file with --config'
  throw new ConfigError([{ location: { file: fileName(path) }, key: 'argo', message }])
}

type Loaders = Parameters<typeof explorer>[0]

function explorer(loaders: ReturnType<typeof sourceLoaders>['loaders'], cwd: string): ReturnType<typeof cosmiconfig> {
  return awayFromHere(() =>
    cosmiconfig('argo', {
      searchPlaces,
      loaders,
      searchStrategy: 'global',
      // The default is the home directory, and work is often done elsewhere.
      stopDir: parse(cwd).root,
      // An empty file is a configuration too: all defaults.
      ignoreEmptySearchPlaces: false,
      cache: false,
    }),
  )
}

/**
 * cosmiconfig looks for settings of its own (`package.json`, `.config/config.*`) in the working directory, and fails with
 * them, or runs them: here it is told of another one, which has none. `process.chdir` could not always come back.
 */
function awayFromHere<Result>(action: () => Result): Result {
  const { cwd } = process
  process.cwd = () => import.meta.dirname
  try {
    return action()
  } finally {
    process.cwd = cwd
  }
}

/** The part of a file that is ours: all of it, or what stands under `argo` in a package.json. */
function within(source: SourceFile, value: unknown): SourceFile {
  if (value === undefined || value === source.value) return { ...source, value: value ?? {} }
  return { value, faults: source.faults, locate: (path, at) => source.locate(['argo', ...path], at) }
}

function nameBelow(cwd: string, path: string): string {
  const name = relative(cwd, path)
  return name === '' || name === '..' || name.startsWith(`..${sep}`) || isAbsolute(name) ? path : name
}
